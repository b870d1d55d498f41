"""The documentation site: what `make site` builds from `docs/`, the tables and the docstrings."""
