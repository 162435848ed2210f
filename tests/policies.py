"""The shipped process with another way of agreeing on one action."""

from __future__ import annotations

from dataclasses import replace

from tests.district import District
from workflow.definition.approval import Approval
from workflow.definition.model import Definition

SIGNED_ACTION = "clear_candidates"


def signed(definition: Definition, approval: Approval) -> Definition:
    """A definition of its own digest, so that it has a machine of its own."""
    transitions = dict(definition.transitions)
    transitions[SIGNED_ACTION] = replace(transitions[SIGNED_ACTION], approval=approval)
    digest = f"{definition.digest}-{approval.policy}-{approval.more_than}"
    return replace(definition, transitions=transitions, digest=digest)


def with_policy(district: District, approval: Approval) -> None:
    definition = signed(district.runtime.branch_formation, approval)
    district.runtime = replace(district.runtime, definitions={definition.process: definition})
