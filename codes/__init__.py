"""Words: code lists, identifier keys, the reject catalogue, the rule catalogue. Knows no file format.

- `codes.lists`: dated code lists, in three namespaces;
- `codes.keys`: numbers with a check key;
- `codes.rules`: every check of the toolkit; `codes.findings`: what a check says, in words;
- `codes.rejects`, `codes.motives`, `codes.actions`, `codes.search`: what a reject means and what to do.
"""


def __getattr__(name: str) -> str:
    if name == "__version__":
        from flatfile.lazy import version

        return version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
