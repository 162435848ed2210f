"""What each instructor carries."""

from web.workload.show import bp

__all__ = ["bp"]
