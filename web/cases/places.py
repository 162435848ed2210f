"""Where a problem can be mended: the engine names the place, here it becomes an address this person can open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import url_for

from web.locale import t
from workflow.engine.available import ActionView
from workflow.guards import Problem
from workflow.queries.papers import Paper

# By this action a manager lets a general condition pass.
OVERRIDE = "override"

# Places that are a part of the case page.
ANCHORS = {
    "visits": "visits",
    "documents": "documents",
    "history": "history",
    "round": "round",
    "committee": "parties",
    "enterprise": "figures",
    "head_count": "figures",
    "person": "person",
    "training": "training",
}


@dataclass(frozen=True, slots=True)
class Mend:
    """One way to put things right: a button."""

    label: str
    address: str


@dataclass(frozen=True)
class Places:
    """What this person can open on this case."""

    case_id: int
    actions: tuple[ActionView, ...]
    papers: tuple[Paper, ...]

    def linked(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems with `where` as an address; empty where this person cannot mend it."""
        return [replace(problem, where=self._address_of(problem)) for problem in problems]

    def mends(self, problems: Iterable[Problem]) -> list[Mend]:
        """What this person can do about the problems, each way once."""
        found: dict[str, Mend] = {}
        for problem in problems:
            address = self._address_of(problem)
            if address and "#" not in address:
                found[address] = Mend(self._label(problem), address)
        return list(found.values())

    def is_a_mend(self, action: str, problems: Iterable[Problem]) -> bool:
        """Whether a button for this action stands among the mends already."""
        own = url_for("actions.form", case_id=self.case_id, action=action)
        return any(mend.address == own for mend in self.mends(problems))

    def _lets_pass(self, problem: Problem) -> bool:
        return problem.soft and self._is_open(OVERRIDE)

    def _address_of(self, problem: Problem) -> str:
        if self._lets_pass(problem):
            return url_for("actions.form", case_id=self.case_id, action=OVERRIDE, overridden_guard=problem.guard)
        return self._address(problem.where)

    def _address(self, where: str) -> str:
        kind, _, name = where.partition(":")
        if kind == "head_count" and self._is_open("record_headcount"):
            kind, name = "action", "record_headcount"
        if kind == "action":
            known = self._is_open(name)
            return url_for("actions.form", case_id=self.case_id, action=name) if known else ""
        if kind == "documents" and name:
            mine = any(paper.code == name and paper.may_bring for paper in self.papers)
            return url_for("documents.new", case_id=self.case_id, code=name) if mine else self._anchor("documents")
        return self._anchor(kind)

    def _anchor(self, kind: str) -> str:
        return url_for("case.show", case_id=self.case_id, _anchor=ANCHORS[kind]) if kind in ANCHORS else ""

    def _is_open(self, action: str) -> bool:
        return any(view.action == action and view.allowed for view in self.actions)

    def _label(self, problem: Problem) -> str:
        kind, _, name = problem.where.partition(":")
        if self._lets_pass(problem):
            kind, name = "action", OVERRIDE
        if kind == "documents":
            paper = next(paper for paper in self.papers if paper.code == name)
            return t("上传{paper}", "Upload: {paper}", paper=paper.name)
        action = "record_headcount" if kind == "head_count" else name
        return t(next(view.label for view in self.actions if view.action == action))
