"""The blueprint of the pages about versions of the process."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("definitions", __name__, url_prefix="/definitions")
