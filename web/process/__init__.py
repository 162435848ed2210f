"""The process as it is: picture, actions, deadlines, rules. Read only."""

from web.process.show import bp

__all__ = ["bp"]
