"""Builds the web application out of its parts; nothing happens at import."""

from __future__ import annotations

from apiflask import APIFlask
from jinja2 import StrictUndefined

from web import (
    context,
    dates,
    errors,
    icons,
    locale,
    metrics,
    navigation,
    request_log,
    row_numbers,
    security,
    sessions,
    static_files,
    unstorable,
)
from web.auth import access, login
from web.blueprints import register_blueprints
from workflow.runtime import Runtime
from workflow.settings import Settings


def create_app(runtime: Runtime, settings: Settings) -> APIFlask:
    """A ready application over one runtime. Everything an operator can change comes with `settings`."""
    app = APIFlask(
        "web",
        title="zujian",
        version="1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        # Pages answer errors with pages; the API's own blueprint answers with problem details.
        json_errors=False,
        # `static_files` sends them, compressed and with addresses that change with the content.
        static_folder=None,  # type: ignore[arg-type]
    )
    app.config.update(SECRET_KEY=settings.secret_key, TESTING=settings.environment == "test")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    context.init_app(app, runtime, settings)
    # Before all others, so that a refused request is counted too.
    metrics.init_app(app)
    request_log.init_app(app)
    # In this order a request is looked at: session, origin, person, token.
    sessions.init_app(app, runtime.db, runtime.clock, https=settings.base_url.startswith("https://"))
    security.init_app(app, settings)
    login.init_app(app)
    access.init_app(app)
    security.csrf.init_app(app)
    for part in (row_numbers, unstorable, locale, dates, icons, navigation, errors, static_files):
        part.init_app(app)
    register_blueprints(app)
    # A description of the API tells no secrets, and a client needs it before it has a token.
    access.public(app.view_functions["openapi.spec"])
    return app
