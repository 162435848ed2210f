"""The registers of the district: looked at and written by managers."""

from web.registers.pages import bp

__all__ = ["bp"]
