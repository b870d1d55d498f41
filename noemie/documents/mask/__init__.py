"""Pseudonymised copies of real files; `noemie.documents.mask.copies` writes them."""

from noemie.documents.mask.copies import (
    Key,
    MaskKeyError,
    Options,
    Report,
    SurvivalError,
    mask,
    mask_bytes,
    verify,
)

__all__ = ["Key", "MaskKeyError", "Options", "Report", "SurvivalError", "mask", "mask_bytes", "verify"]
