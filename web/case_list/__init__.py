"""The list of cases, and taking one action on several of them at once."""

from web.case_list import bulk, index
from web.case_list.blueprint import bp

__all__ = ["bp", "bulk", "index"]
