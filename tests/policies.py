"""The shipped process with another way of agreeing on one action."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from tests.district import District
from workflow.definition.approval import Approval
from workflow.definition.library import PROCESS
from workflow.definition.model import Definition
from workflow.definition.versions import Versions
from workflow.published import Published
from workflow.runtime import Runtime

SIGNED_ACTION = "clear_candidates"


def signed(definition: Definition, approval: Approval) -> Definition:
    """A definition of its own digest, so that it has a machine of its own."""
    transitions = dict(definition.transitions)
    transitions[SIGNED_ACTION] = replace(transitions[SIGNED_ACTION], approval=approval)
    digest = f"{definition.digest}-{approval.policy}-{approval.more_than}"
    return replace(definition, transitions=transitions, digest=digest)


class OneDefinition(Published):
    """A process of the tests in the place of what was published."""

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self.only = Versions(definition, {definition.version: definition})

    def definition(self, session: Session, process: str, version: int) -> Definition:
        return self.only.current if process == PROCESS else super().definition(session, process, version)

    def versions(self, session: Session, process: str = PROCESS) -> Versions:
        return self.only if process == PROCESS else super().versions(session, process)

    def last_seen(self, process: str = PROCESS) -> Definition:
        return self.only.current if process == PROCESS else super().last_seen(process)


def with_definition(runtime: Runtime, definition: Definition) -> Runtime:
    return replace(runtime, published=OneDefinition(definition))


def with_policy(district: District, approval: Approval) -> None:
    district.runtime = with_definition(district.runtime, signed(district.runtime.branch_formation, approval))
