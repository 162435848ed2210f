"""The forms of a page, filled in and sent the way a browser does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """`fields` as they would be sent without a press on a named button; `buttons` are (name, value, words)."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def button(self, name: str) -> dict[str, str]:
        """The first button of a name, as what it adds to the form."""
        return next({name: value} for known, value, _ in self.buttons if known == name)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = self._area = ""
        self._in_button = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get")))
        if not self.forms:
            return
        form = self.forms[-1]
        name = found.get("name", "")
        if tag == "input" and name and found.get("type") != "file":
            form.fields[name] = found.get("value", "")
        elif tag == "select":
            self._select, form.fields[name] = name, ""
        elif tag == "option" and "selected" in found:
            form.fields[self._select] = found["value"]
        elif tag == "textarea":
            self._area, form.fields[name] = name, ""
        elif tag == "button":
            self._in_button = True
            form.buttons.append((name, found.get("value", ""), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "button":
            self._in_button = False

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data
        elif self._in_button:
            name, value, words = self.forms[-1].buttons[-1]
            self.forms[-1].buttons[-1] = (name, value, (words + data).strip())


def forms(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def form_to(html: str, action: str) -> Form:
    """The form that posts to an address; AssertionError where the page has none."""
    found = next((form for form in forms(html) if form.action == action), None)
    assert found is not None, f"no form to {action} among {[form.action for form in forms(html)]}"
    return found


def as_fields(data: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Data of an action as the names and texts of its form."""
    found: dict[str, str] = {}
    for name, value in data.items():
        if isinstance(value, list):
            for index, row in enumerate(value):
                found |= as_fields(row, f"{prefix}{name}.{index}.")
        else:
            found[prefix + name] = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return found
