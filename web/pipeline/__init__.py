"""The pipeline: the manager's overview, every number of which opens its list."""

from web.pipeline.show import bp

__all__ = ["bp"]
