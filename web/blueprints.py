"""Every blueprint of the product, in one place."""

from __future__ import annotations

from flask import Flask

from web import api, health, home, navigation
from web.auth import profile, sign_in
from web.cases import actions, show
from web.documents import pages as documents
from web.inbox import decide, mine
from web.inbox import show as inbox
from web.notices import pages as notices
from web.security import csrf

DESKS = (inbox.bp, decide.bp, mine.bp, show.bp, actions.bp, documents.bp, notices.bp)


def register_blueprints(app: Flask) -> None:
    for blueprint in (health.bp, home.bp, sign_in.bp, profile.bp, *DESKS, api.bp):
        app.register_blueprint(blueprint)
    navigation.count_with(app, "inbox", inbox.waiting)
    # The API knows bearer tokens only, and no other site can make a browser send one.
    csrf.exempt(api.bp)
