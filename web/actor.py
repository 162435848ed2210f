"""The signed-in person as the engine and the read side know a person."""

from __future__ import annotations

from typing import cast

from flask import g

from web.auth.access import me
from web.context import reading, today
from workflow.engine.actors import Actor, load_actor


def actor() -> Actor:
    """One query for each request."""
    if "actor" not in g:
        g.actor = load_actor(reading(), me().id, today())
    return cast(Actor, g.actor)
