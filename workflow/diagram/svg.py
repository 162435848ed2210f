"""SVG as text: presentation attributes only, so that the same picture is right in a page and as a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workflow.diagram.measures import ROUND

Point = tuple[float, float]
FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"


def element(tag: str, *children: str, **attributes: object) -> str:
    """`stroke_width` is written stroke-width, `class_` class; attributes that are None are left out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


def _short(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def words(text: str, x: float, y: float, size: int, *, fill: str, anchor: str = "start", bold: bool = False) -> str:
    return element(
        "text", escape(text), x=x, y=y, font_size=size, fill=fill, text_anchor=anchor, font_weight=600 if bold else None
    )


def label(text: str, x: float, y: float, size: int, *, fill: str, anchor: str = "middle") -> str:
    """Words on a line: a white edge keeps them apart from what they cross."""
    return element(
        "text",
        escape(text),
        x=x,
        y=y,
        font_size=size,
        fill=fill,
        text_anchor=anchor,
        stroke="#FFFFFF",
        stroke_width=4,
        stroke_linejoin="round",
        paint_order="stroke",
    )


def line(points: Sequence[Point], *, stroke: str, dashed: bool) -> str:
    """A line with rounded corners and an arrow head at its end."""
    head = _head(points[-2], points[-1], stroke)
    path = element(
        "path",
        d=_path(points),
        fill="none",
        stroke=stroke,
        stroke_width=1.5,
        stroke_dasharray="5 4" if dashed else None,
    )
    return path + head


def _path(points: Sequence[Point]) -> str:
    steps = [f"M{_pair(points[0])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        steps.append(f"L{_pair(_towards(here, before))}Q{_pair(here)} {_pair(_towards(here, after))}")
    steps.append(f"L{_pair(points[-1])}")
    return "".join(steps)


def _towards(corner: Point, other: Point) -> Point:
    """A point a little way from a corner, at most half of the way to the other end."""
    (x, y), (ox, oy) = corner, other
    length = abs(ox - x) + abs(oy - y)
    share = min(ROUND, length / 2) / length if length else 0
    return x + (ox - x) * share, y + (oy - y) * share


def _head(before: Point, tip: Point, fill: str) -> str:
    (bx, by), (x, y) = before, tip
    dx, dy = _sign(x - bx), _sign(y - by)
    left = (x - 7 * dx - 4 * dy, y - 7 * dy + 4 * dx)
    right = (x - 7 * dx + 4 * dy, y - 7 * dy - 4 * dx)
    return element("path", d=f"M{_pair(tip)}L{_pair(left)}L{_pair(right)}Z", fill=fill)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _pair(point: Point) -> str:
    return f"{_short(float(point[0]))},{_short(float(point[1]))}"
