"""When a message goes outside: pace, quiet hours, and what is due before that. Times here are local ones."""

from __future__ import annotations

import ast
from datetime import date, datetime
from pathlib import Path

import pytest

from workflow.clock import LOCAL_ZONE
from workflow.wishes import KINDS, Hours, Pace, time_for
from workflow.wishes.pace import together

NIGHT = Hours(22 * 60, 7 * 60)
LUNCH = Hours(12 * 60, 14 * 60)
TODAY, TOMORROW = date(2026, 9, 1), date(2026, 9, 2)
ROOT = Path(__file__).parents[2] / "workflow"


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize(
    ("pace", "hours", "now", "due_on", "expected"),
    [
        (Pace.AT_ONCE, Hours(), at(9, 20), None, at(9, 20)),
        (Pace.HOURLY, Hours(), at(9, 20), None, at(10)),
        (Pace.HOURLY, Hours(), at(10), None, at(10)),
        (Pace.DAILY, Hours(), at(9, 20), None, at(8, day=2)),
        (Pace.DAILY, Hours(digest_at=18 * 60), at(9, 20), None, at(18)),
        # Quiet hours, over midnight and within a day.
        (Pace.AT_ONCE, NIGHT, at(21, 59), None, at(21, 59)),
        (Pace.AT_ONCE, NIGHT, at(22), None, at(7, day=2)),
        (Pace.AT_ONCE, NIGHT, at(3), None, at(7)),
        (Pace.AT_ONCE, NIGHT, at(7), None, at(7)),
        (Pace.AT_ONCE, LUNCH, at(13), None, at(14)),
        (Pace.DAILY, Hours(22 * 60, 7 * 60, digest_at=6 * 60), at(9), None, at(7, day=2)),
        # What is due before the digest does not wait for it.
        (Pace.DAILY, Hours(), at(9, 20), TODAY, at(9, 20)),
        (Pace.DAILY, Hours(), at(9, 20), TOMORROW, at(9, 20)),
        (Pace.DAILY, Hours(), at(9, 20), date(2026, 9, 3), at(8, day=2)),
        (Pace.HOURLY, Hours(), at(9, 20), TODAY, at(9, 20)),
        # Quiet hours hold it back while they end in time.
        (Pace.DAILY, LUNCH, at(13), TODAY, at(14)),
        (Pace.DAILY, NIGHT, at(0, 1), TODAY, at(7)),
        (Pace.DAILY, NIGHT, at(23), TODAY, at(23)),
        (Pace.AT_ONCE, NIGHT, at(23), TOMORROW, at(7, day=2)),
        (Pace.AT_ONCE, NIGHT, at(23), date(2026, 8, 20), at(23)),
        (Pace.AT_ONCE, NIGHT, at(3), date(2026, 8, 20), at(7)),
    ],
)
def test_a_message_goes_at(pace: Pace, hours: Hours, now: datetime, due_on: date | None, expected: datetime) -> None:
    assert time_for(pace, hours, now, due_on=due_on) == expected


def test_further_news_of_a_case_wait_for_the_end_of_the_hour_but_not_what_is_due() -> None:
    told_at = at(9)
    assert time_for(Pace.AT_ONCE, Hours(), at(9, 40), told_at=told_at) == at(10)
    assert time_for(Pace.AT_ONCE, Hours(), at(9, 40), told_at=told_at, due_on=TODAY) == at(9, 40)


def test_reminders_wait_for_each_other_within_the_day() -> None:
    assert together(at(9, 1)) == at(9, 5)
    assert together(at(9, 5)) == at(9, 5)
    assert together(at(23, 58)) == at(23, 58)


def test_every_kind_the_product_sends_has_its_place_in_the_table() -> None:
    """Read from the calls that write outbox rows: the kind is a word or a constant of the module."""
    sent = {kind for path in sorted(ROOT.rglob("*.py")) for kind in _kinds_in(path)}
    assert sent >= {"deadline", "transition", "session", "sign", "people", "correction", "paper_replaced"}
    assert sent - KINDS.keys() == set()


def test_every_kind_is_described() -> None:
    page = (ROOT.parent / "docs" / "notices.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in page] == []


def _kinds_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    places = {"rows_for": 1, "tell_people": 2}
    found: set[str] = set()
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in places):
            continue
        kind = call.args[places[call.func.id]]
        if isinstance(kind, ast.Constant):
            found.add(str(kind.value))
        elif isinstance(kind, ast.Name) and kind.id in constants:
            found.add(str(constants[kind.id]))
    return found
