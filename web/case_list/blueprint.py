"""One blueprint, so that the menu knows all of these pages as the list of cases."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("cases", __name__, url_prefix="/cases")
