"""What a person touches: the command `noemie` and its reports."""


def __getattr__(name: str) -> str:
    if name == "__version__":
        from flatfile.lazy import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
