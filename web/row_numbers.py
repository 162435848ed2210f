"""Row numbers in addresses: no larger than the stores can hold, so that a longer one is simply not there."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    def __init__(self, url_map: Map, *args: object, **options: object) -> None:
        super().__init__(url_map, max=LARGEST)


def init_app(app: Flask) -> None:
    """Stands for `<int:...>` everywhere; call it before the first route is added."""
    app.url_map.converters["int"] = RowNumber
