"""Guards by name. A definition can name only what is registered here; nothing is looked up in any other way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.problem import MENDERS, Problem
from workflow.text import Text

Answer = Iterator[Problem]
Check = Callable[["Guard", CaseFacts, Attempt], Answer]


@dataclass(frozen=True, slots=True)
class Guard:
    """A named condition. `needs_data`: it judges what is entered, so it stays silent while only asking."""

    name: str
    code: str
    title: Text
    is_soft: bool
    needs_data: bool
    check: Check

    def problems(self, case: CaseFacts, attempt: Attempt) -> list[Problem]:
        if self.needs_data and attempt.data is None:
            return []
        return list(self.check(self, case, attempt))

    def problem(
        self, zh: str, en: str, *, mender: str = "you", where: str = "entry", clause: Text | None = None
    ) -> Problem:
        return Problem(self.code, self.name, Text(zh, en), MENDERS[mender], where, clause, self.is_soft)


_GUARDS: dict[str, Guard] = {}
GUARDS: Mapping[str, Guard] = _GUARDS


def guard(code: str, zh: str, en: str, *, soft: bool = False, data: bool = False) -> Callable[[Check], Check]:
    """Registers a check under its function's name with the procedure's number and a title."""

    def register(check: Check) -> Check:
        name = check.__name__
        if name in _GUARDS:
            raise ValueError(f"guard {name} is registered twice")
        _GUARDS[name] = Guard(name, code, Text(zh, en), soft, data, check)
        return check

    return register
