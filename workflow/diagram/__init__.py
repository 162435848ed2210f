"""The picture of a process: a definition in, SVG text out. It knows no database and no page."""

from workflow.diagram.draw import draw_diagram

__all__ = ["draw_diagram"]
