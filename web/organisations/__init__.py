"""The tree of organisations, read only."""

from web.organisations.show import bp

__all__ = ["bp"]
