"""Sessions of a committee (会议): called, attended, decided case by case, closed, and the minutes to print."""

from web.committee import agenda, closing, decide, numbering, planning, roll, show
from web.committee.blueprint import bp

__all__ = ["agenda", "bp", "closing", "decide", "numbering", "planning", "roll", "show"]
