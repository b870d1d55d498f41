"""Moved: the register of rights is a database of `noemie.ledger`, which this package may not import."""

raise ImportError("fse.rights.register is now noemie.ledger.register (see CHANGELOG.md)")
