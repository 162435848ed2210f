"""Several versions of the process side by side: whose words count, and when nobody has to tell them apart."""

from __future__ import annotations

import pytest

from tests.versions import RELABELLED, RENAMED, version_of
from workflow.definition.library import published_definition, shipped_definitions
from workflow.definition.versions import Versions
from workflow.errors import Conflict
from workflow.publishing.comparing import Comparison, Fate, Standing, Verdict

FIRST = shipped_definitions()["branch_formation"]
SECOND = published_definition("branch_formation", 2, RENAMED)
OTHER_STAGE = version_of(2, (r"(submitted: .*)stage: application", r"\1stage: approval"))


def both(second: str = RENAMED) -> Versions:
    definition = published_definition("branch_formation", 2, second)
    return Versions(definition, {1: FIRST, 2: definition})


def verdict(state: str, second: str, held_from: str | None = None, clocks: frozenset[str] = frozenset()) -> Verdict:
    versions = Versions(FIRST, {1: FIRST})
    comparison = Comparison(versions, published_definition("branch_formation", 2, second))
    return comparison.judge(Standing(1, state, held_from, clocks), {})


def test_a_state_of_an_older_version_keeps_its_words() -> None:
    assert both().state_name("under_review").zh == both().state_name("deliberated").zh == "审议中"
    assert both().state_name("nowhere").zh == "nowhere"


def test_where_no_version_places_a_state_elsewhere_all_are_asked_as_one() -> None:
    versions = both()
    assert len(versions.alike(lambda d: versions.states_of_stage(d, "approval"))) == 1
    assert versions.states_of_stage(SECOND, "approval") >= {"under_review", "deliberated"}


def test_where_one_does_each_is_asked_for_its_own() -> None:
    versions = both(OTHER_STAGE)
    groups = versions.alike(lambda d: versions.states_of_stage(d, "approval"))
    assert [numbers for _, numbers in groups] == [(2,), (1,)]
    assert "submitted" in versions.states_of_stage(versions.of(2), "approval")
    assert "submitted" not in versions.states_of_stage(FIRST, "approval")


def test_a_version_published_since_is_asked_for_again_and_not_guessed() -> None:
    with pytest.raises(Conflict, match="reload"):
        both().of(3)


BEFORE = "  before: {zh: 待摸排, en: Before, stage: none, owner: manager, kind: open, coverage: none, deadline: T01}\n"


def test_another_order_in_the_file_or_another_way_in_changes_nothing_for_a_case() -> None:
    assert verdict("training", version_of(2, (r"(?m)^(  no_branch: )", BEFORE + r"\1"))).fate is Fate.UNAFFECTED


@pytest.mark.parametrize(
    "change",
    [
        RELABELLED,
        (r"(?m)^(  accept:\n(?:.*\n)*?    by: )\[committee\]", r"\1[approver]"),
        (r"(T07: .*)alerts: \[-2, 0\]", r"\1alerts: [0]"),
        (r"(committee:   .*)roles: \[clerk, approver\]", r"\1roles: [approver]"),
        (r"zh: 已报请示, en: Request submitted", "zh: 已上报, en: Request submitted"),
    ],
    ids=["label", "who takes it", "its clock", "who belongs to the group", "its name"],
)
def test_whatever_is_said_of_a_step_counts(change: tuple[str, str]) -> None:
    second = version_of(2, change)
    assert verdict("submitted", second).fate is Fate.MAPPED
    assert verdict("training", second).fate is Fate.UNAFFECTED


def test_a_held_case_is_looked_at_where_it_came_from_too() -> None:
    second = version_of(2, RELABELLED)
    assert verdict("on_hold", second, held_from="training").fate is Fate.UNAFFECTED
    assert verdict("on_hold", second, held_from="submitted").fate is Fate.MAPPED
    renamed = verdict("on_hold", RENAMED, held_from="under_review")
    assert (renamed.fate, renamed.held_from) == (Fate.MAPPED, "deliberated")
    gone = version_of(2, (r"(?<!\w)under_review(?!\w)", "deliberated"))
    assert verdict("on_hold", gone, held_from="under_review").fate is Fate.NEEDS_PERSON


def test_a_step_that_is_finished_in_the_new_version_needs_a_person() -> None:
    renamed = version_of(2, (r"(?m)^  under_review: .*\n", ""), (r"(?<!\w)under_review(?!\w)", "established"))
    second = renamed + "\nrenamed_states: {under_review: established}\n"
    found = verdict("under_review", second)
    assert (found.fate, found.state) == (Fate.NEEDS_PERSON, "established")
    assert "办结" in found.reasons[0].zh
