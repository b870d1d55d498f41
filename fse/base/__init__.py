"""Moved: databases are opened by `noemie.ledger.base`, which this package may not import."""

from flatfile.lazy import gone

__getattr__ = gone("fse.base is now noemie.ledger.base (see CHANGELOG.md)")
