"""The fixtures of the page."""

from serve_page import own, page, stored, written

__all__ = ["own", "page", "stored", "written"]
