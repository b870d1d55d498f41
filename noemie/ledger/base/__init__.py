"""Databases of ours: how one is opened, kept up to date and protected, whatever it holds.

The register of rights (`fse.rights`) and the ledger (`noemie.ledger`) are such databases. SQLAlchemy may
be missing: what needs it is loaded when one is opened, not before.
"""
