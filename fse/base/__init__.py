"""Moved: databases are opened by `noemie.ledger.base`, which this package may not import."""

raise ImportError("fse.base is now noemie.ledger.base (see CHANGELOG.md)")
