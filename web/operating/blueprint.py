"""The blueprint the operator's pages hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("operating", __name__, url_prefix="/operating")
