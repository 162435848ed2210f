"""The register of enterprises as a ledger is held against it, and the nearest ones where a line names none of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Enterprise

_NEAREST = 3
_ALIKE = 0.6
_CHARACTERS_MISTYPED = 2


@dataclass(frozen=True, slots=True)
class Firm:
    id: int
    credit_code: str
    name: str
    town_id: int


class Register:
    """Every enterprise by credit code: a district has some thousands."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(
            select(Enterprise.id, Enterprise.credit_code, Enterprise.name, Enterprise.town_id).order_by(Enterprise.id)
        )
        self.by_code = {row.credit_code: Firm(*row) for row in rows}
        self._by_name: dict[str, Firm] = {firm.name: firm for firm in self.by_code.values()}

    def named(self, name: str) -> Firm | None:
        return self._by_name.get(name)

    def nearest(self, code: str, name: str) -> list[Firm]:
        """At most three that may be meant: the same name, a code with a slip, names alike."""
        slips = (firm for firm in self.by_code.values() if _differ(firm.credit_code, code) <= _CHARACTERS_MISTYPED)
        alike = (self._by_name[one] for one in get_close_matches(name, self._by_name, _NEAREST, _ALIKE)) if name else ()
        same = [self._by_name[name]] if name in self._by_name else []
        return _first([*same, *slips, *alike])


def _differ(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def _first(firms: Iterable[Firm]) -> list[Firm]:
    return list({firm.id: firm for firm in firms}.values())[:_NEAREST]
