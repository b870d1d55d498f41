"""Databases of ours: how one is opened, kept up to date and protected, whatever it holds.

The register of rights (`fse.rights`) and the ledger (`noemie.ledger`) are such databases. Nothing here is
loaded before one is opened: SQLAlchemy may be missing.
"""
