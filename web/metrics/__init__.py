"""Figures for Prometheus, in its text format. The database's are the same whichever process is asked; those of requests
are of the one process that answers, and carry its number.
"""

from web.metrics.page import bp
from web.metrics.requests import init_app

__all__ = ["bp", "init_app"]
