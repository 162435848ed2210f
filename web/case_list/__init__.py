"""The list of cases, and assigning an instructor to several of them at once."""

from web.case_list import assign, index
from web.case_list.blueprint import bp

__all__ = ["assign", "bp", "index"]
