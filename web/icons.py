"""Pictures beside words: the vendored icons, put into the page itself so that they take the colour of the text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

FOLDER = Path(__file__).parent / "static" / "vendor" / "tabler-icons-3.49.0"
OPENING = re.compile(r"<svg.*?>", re.DOTALL)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["icon"] = icon


def icon(name: str, label: str = "") -> Markup:
    """An icon by its file's name. It is hidden from screen readers unless `label` gives it a word of its own."""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>').format(spoken, _drawing(name))


@cache
def _drawing(name: str) -> Markup:
    drawn = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    # Our own files, held by their hashes: nothing a person entered comes this way.
    return Markup(OPENING.sub("", drawn).replace("</svg>", "").strip())  # noqa: S704
