"""Which language a person reads, and the words in it. Chinese unless the person chose English."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g, has_request_context, request, session
from flask_login import current_user

from web.referrer import here_again
from workflow.text import LOCALES, Text

DEFAULT = "zh"
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        t=t, locale=current_locale, html_lang=lambda: HTML_LANG[current_locale()], here_again=here_again
    )
    # A Text put into a page is shown in the reader's language without being asked.
    app.jinja_env.finalize = in_words


def current_locale() -> str:
    """`?lang=` of this request, else the choice of this session, else of the account, else Chinese."""
    if not has_request_context() or g.get("is_broken"):
        return DEFAULT
    if "locale" not in g:
        chosen = (request.args.get("lang"), session.get("locale"), getattr(current_user, "locale", None))
        g.locale = next((code for code in chosen if code in LOCALES), DEFAULT)
    return str(g.locale)


def t(zh: str | Text | Mapping[str, str], en: str = "", **values: object) -> str:
    """The sentence in the reader's language: `t("待办", "To do")`, `t(text)`, `t("{n} 项", "{n} items", n=3)`."""
    text = _text(zh, en)
    return (text.filled(**values) if values else text).within(current_locale())


def in_words(value: object) -> object:
    return value.within(current_locale()) if isinstance(value, Text) else value


def _text(zh: str | Text | Mapping[str, str], en: str) -> Text:
    if isinstance(zh, Text):
        return zh
    return Text(zh, en or zh) if isinstance(zh, str) else Text(zh["zh"], zh["en"])
