"""The surveyed enterprises: list, page, opening a case."""

from web.enterprises.pages import bp

__all__ = ["bp"]
