"""The conditions of a list in words, each with the address of the list without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from web.context import reading
from workflow.definition.versions import Versions
from workflow.models import User
from workflow.queries.areas import body_names
from workflow.queries.case_filter import CaseFilter
from workflow.queries.parameters import is_number
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Chip:
    label: Text
    without: str


def chips(wanted: CaseFilter, versions: Versions) -> list[Chip]:
    """One for each condition that is set; `month` belongs to the moves it narrows."""
    args = wanted.as_args()
    found = []
    for name, label in _labels(wanted, versions):
        left: dict[str, Any] = {key: value for key, value in args.items() if key != name}
        if not {"entered", "left"} & left.keys():
            left.pop("month", None)
        found.append(Chip(label, url_for("cases.index", **left)))
    return found


def _labels(wanted: CaseFilter, versions: Versions) -> Iterator[tuple[str, Text]]:
    yield from _names(wanted, versions)
    for name, sentence in PEOPLE.items():
        if (user_id := getattr(wanted, name)) is not None:
            yield name, _person(user_id, sentence)
    for name, label in FLAGS.items():
        if getattr(wanted, name):
            yield name, label
    for name, sentence in MOVES.items():
        if stage := getattr(wanted, name):
            yield name, sentence.filled(month=wanted.month, stage=versions.stages[stage].name)


def _names(wanted: CaseFilter, versions: Versions) -> Iterator[tuple[str, Text]]:
    if wanted.q:
        yield "q", Text(f"“{wanted.q}”", f'"{wanted.q}"')
    if wanted.stage:
        yield "stage", versions.stages[wanted.stage].name
    if wanted.state:
        yield "state", versions.state_name(wanted.state)
    if wanted.version is not None:
        yield "version", VERSION.filled(version=wanted.version)
    for name in ("town", "chamber"):
        if value := getattr(wanted, name):
            words = _body(value)
            yield name, Text(words, words)


VERSION = Text("流程第 {version} 版", "Process version {version}")
PEOPLE = {
    "instructor": Text("指导员：{name}", "Instructor: {name}"),
    "holder": Text("由 {name} 办理", "Held by {name}"),
}
FLAGS = {
    "open": Text("尚未办结", "Not finished"),
    "overdue": Text("已逾期", "Overdue"),
    "nobody": Text("无人办理", "Held by nobody"),
    "mine": Text("我联系的企业", "My own"),
}
MOVES = {
    "entered": Text("{month} 进入“{stage}”", 'Entered "{stage}" {month}'),
    "left": Text("{month} 离开“{stage}”", 'Left "{stage}" {month}'),
}


def _body(value: str) -> str:
    if not is_number(value):
        return value
    return body_names(reading(), [int(value)]).get(int(value), value)


def _person(user_id: int, sentence: Text) -> Text:
    name = reading().scalar(select(User.display_name).where(User.id == user_id))
    return sentence.filled(name=name or user_id)
