"""Rows the engine works on, as plain values: an action reads and changes them without the object layer's cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol


class Placed(Protocol):
    """Where a case stands and whose it is: enough to judge who may see it and who may act."""

    @property
    def state(self) -> str: ...
    @property
    def scope_path(self) -> str: ...
    @property
    def committee_id(self) -> int: ...
    @property
    def instructor_id(self) -> int | None: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass(slots=True)
class CaseRecord:
    """A row of `case_file`, column by column; `models.Case` says what each holds."""

    id: int
    enterprise_id: int
    person_id: int | None
    process: str
    definition_version: int
    state: str
    state_since: datetime
    version: int
    chamber_id: int
    committee_id: int
    scope_path: str
    instructor_id: int | None
    submitter_id: int | None
    form: str
    joint_case_id: int | None
    held_from: str | None
    last_occurred_on: date
    founding_approved_on: date | None
    result_approved_on: date | None
    filed_on: date | None
    established_on: date | None
    finished_on: date | None
    facts: dict[str, Any]
    ledger_head: str
    opened_at: datetime
    updated_at: datetime
    undo: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class StandingRecord:
    """What stands on a case at the moment: its open work item, who has claimed that, and the round that runs."""

    item_id: int | None
    claimed_by: int | None
    round_id: int | None


@dataclass(slots=True)
class EnterpriseRecord:
    """What an action looks at or changes of an enterprise."""

    id: int
    credit_code: str
    name: str
    town_id: int
    employees: int | None
    full_members: int
    probationary_members: int
    activists: int
    applicants: int
    members_in_transit: int
    members_source: str
    applicants_source: str
    has_branch: bool
    branch_id: int | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CommitteeRecord:
    """The body a case is routed to."""

    id: int
    name: str
    type: str
    path: str
