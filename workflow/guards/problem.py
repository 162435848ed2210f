"""Why something cannot be done yet, in a form a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One unmet condition.

    `code` is the guard's number in the procedure (G05), `text` says in numbers what is short, `clause` on which rule,
    `mender` who can put it right and `where`: a place of the case page (head_count, visits, documents, history), or
    "action:<name>" for the action that mends it, or "entry" for what was typed.
    A `soft` problem may be overridden by a manager with a reason; a hard one never.
    """

    code: str
    guard: str
    text: Text
    mender: Text
    where: str
    clause: Text | None = None
    soft: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "guard": self.guard,
            "message": self.text.as_dict(),
            "clause": self.clause.as_dict() if self.clause else None,
            "mender": self.mender.as_dict(),
            "where": self.where,
            "soft": self.soft,
        }


MENDERS: Mapping[str, Text] = {
    "instructor": Text("指导员", "the instructor"),
    "committee": Text("商会党委", "the Party committee"),
    "approver": Text("商会党委审批人", "the committee's approver"),
    "chamber": Text("商会党组织", "the chamber organisation"),
    "manager": Text("区级主管部门", "the district managers"),
    "filing_desk": Text("区委组织部", "the organisation department"),
    "admin": Text("系统管理员", "the administrator"),
    "you": Text("填报人", "whoever enters this"),
    "other": Text("另一位有权限的同志", "another person with this role"),
}
