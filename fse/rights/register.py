"""Moved: the register of rights is a database of `noemie.ledger`, which this package may not import."""

from flatfile.lazy import gone

__getattr__ = gone("fse.rights.register is now noemie.ledger.register (see CHANGELOG.md)")
