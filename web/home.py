"""The address without a path: leads to the first page of the person's menu."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from web.navigation import menu

bp = Blueprint("home", __name__)


@bp.get("/")
def start() -> ResponseReturnValue:
    return redirect(menu()[0].address)
