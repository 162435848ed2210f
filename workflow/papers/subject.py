"""What the wording of a paper knows of its case: plain values, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.errors import InvalidInput
from workflow.text import Text

FORMS = {
    "single": "单独组建",
    "joint": "联合组建",
    "attached": "挂靠组建",
    "regional": "区域组建",
    "industry": "行业组建",
}
POSTS = {"secretary": "书记", "deputy": "副书记", "member": "委员"}
DUTIES = {
    "organisation": "组织委员",
    "publicity": "宣传委员",
    "discipline": "纪检委员",
    "united_front": "统战委员",
    "masses": "群团委员",
    "youth": "青年委员",
    "other": "其他委员",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A case as its papers tell it. `facts` are the newest values of all that was entered with its actions.

    `issuer` is the body in whose name the person at work writes; from `committee_line` full members on a branch has a
    committee.
    """

    branch_name: str
    enterprise: str
    credit_code: str
    founded_on: date | None
    employees: int | None
    full_members: int
    probationary_members: int
    activists: int
    form: str
    committee: str
    filing_desk: str
    issuer: str
    instructor: str | None
    committee_line: int
    margin_percent: int
    quorum_fifths: int
    facts: Mapping[str, Any]

    @property
    def form_words(self) -> str:
        return FORMS.get(self.form, FORMS["single"])

    def fact(self, name: str, missing: Text) -> Any:
        """A fact without which the paper cannot be written; raises InvalidInput that says what is missing."""
        value = self.facts.get(name)
        if value in (None, ""):
            raise InvalidInput({name: missing})
        return value

    def day(self, name: str, missing: Text) -> date:
        return date.fromisoformat(self.fact(name, missing))


def lines_of(text: str | None) -> tuple[str, ...]:
    """A text of several lines as a list, empty lines left out."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
