"""The versions of the process: the list, a new one tried and published, cases moved, going back to an older one."""

from web.definitions import index, moves, moving, publishing, putting_back  # noqa: F401  # each hangs its views on the blueprint
from web.definitions.blueprint import bp

__all__ = ["bp"]
