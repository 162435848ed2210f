"""The machine: typed refusals, shared between threads, and none of the library's traps."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.unit.facts import DEFINITION, attempt, case
from workflow.definition.model import Definition
from workflow.errors import NotFound, TransitionRefused
from workflow.machine import ProcessMachine, machine_for
from workflow.text import Text

MACHINE = machine_for(DEFINITION)


def test_a_permitted_action_says_where_it_leads() -> None:
    moved = MACHINE.fire(case(state="training"), attempt("mark_ready", {}), held_from=None)
    assert (moved.source, moved.target, moved.overridden) == ("training", "ready", ())


def test_an_action_from_the_wrong_state_is_refused_and_says_where_it_is_possible() -> None:
    with pytest.raises(TransitionRefused) as caught:
        MACHINE.fire(case(state="no_branch"), attempt("approve", {}), held_from=None)
    (problem,) = caught.value.problems
    assert problem.code == "STATE"
    assert "审议中" in problem.text.zh


def test_all_problems_are_collected_not_only_the_first() -> None:
    facts = case(state="ready", full_members=1, list_papers=frozenset)
    with pytest.raises(TransitionRefused) as caught:
        MACHINE.fire(facts, attempt("submit", {"requested_on": "2026-11-20"}), held_from=None)
    assert [p.code for p in caught.value.problems] == ["G05", "G08", "G08", "G08"]


def test_asking_gives_the_same_problems_as_trying() -> None:
    facts = case(state="ready", full_members=1, list_papers=frozenset)
    with pytest.raises(TransitionRefused) as caught:
        MACHINE.fire(facts, attempt("submit", {"requested_on": "2026-11-20"}), held_from=None)
    assert MACHINE.problems(facts, attempt("submit")) == list(caught.value.problems)


def test_an_unknown_action_is_not_found() -> None:
    with pytest.raises(NotFound):
        MACHINE.transition("to_established")


def test_the_library_adds_no_way_round_the_guards() -> None:
    assert not [name for name in MACHINE._machine.events if name.startswith("to_")]
    assert set(MACHINE._machine.events) == set(DEFINITION.transitions)


def test_a_state_nobody_knows_is_a_typed_refusal() -> None:
    with pytest.raises(TransitionRefused):
        MACHINE.fire(case(state="zombie"), attempt("mark_ready", {}), held_from=None)


def test_an_unknown_state_that_the_definition_lists_but_the_machine_lost_is_a_typed_refusal() -> None:
    """The library answers ValueError for it; nobody outside may see that."""
    ghost = replace(DEFINITION.transitions["mark_ready"], sources=("zombie",))
    tried = replace(attempt("mark_ready", {}), transition=ghost)
    with pytest.raises(TransitionRefused):
        MACHINE.fire(case(state="zombie"), tried, held_from=None)


def test_an_action_that_is_still_closed_says_so_in_the_definition_s_words() -> None:
    later = Text("尚未开放", "Not open yet")
    tried = replace(attempt("join", {}), transition=replace(DEFINITION.transitions["join"], not_yet=later))
    with pytest.raises(TransitionRefused) as caught:
        MACHINE.fire(case(state="ready"), tried, held_from=None)
    (problem,) = caught.value.problems
    assert problem.code == "NOT_YET"
    assert problem.text == later


@pytest.mark.parametrize("held_from", ["training", "approved", "filed"])
def test_resuming_leads_back_to_where_the_case_was_held(held_from: str) -> None:
    moved = MACHINE.fire(case(state="on_hold"), attempt("resume", {}), held_from=held_from)
    assert moved.target == held_from


def test_an_action_that_stays_keeps_the_state() -> None:
    data = {"visited_on": "2026-11-20"}
    moved = MACHINE.fire(case(state="approved"), attempt("log_visit", data), held_from=None)
    assert moved.target == "approved"


def test_a_soft_problem_is_refused_unless_it_is_overridden() -> None:
    facts = case(state="training", full_members=51)
    with pytest.raises(TransitionRefused):
        MACHINE.fire(facts, attempt("mark_ready", {}), held_from=None)
    moved = MACHINE.fire(
        facts, attempt("mark_ready", {}), held_from=None, overridden=frozenset({"not_too_many_members"})
    )
    assert [p.code for p in moved.overridden] == ["G07"]


def test_a_hard_problem_cannot_be_overridden() -> None:
    with pytest.raises(TransitionRefused):
        MACHINE.fire(
            case(state="training", full_members=2),
            attempt("mark_ready", {}),
            held_from=None,
            overridden=frozenset({"enough_full_members"}),
        )


def test_one_machine_serves_one_definition_version() -> None:
    assert machine_for(DEFINITION) is machine_for(DEFINITION)
    other: Definition = replace(DEFINITION, version=2, digest="another")
    assert machine_for(other) is not machine_for(DEFINITION)


def test_threads_share_the_machine_and_each_gets_its_own_answer() -> None:
    """With queued=True or a shared model one thread would be given another thread's answer."""
    machine, count = ProcessMachine(DEFINITION), 400
    barrier = threading.Barrier(4)
    wrong: list[object] = []

    def work(full_members: int) -> None:
        barrier.wait()
        for _ in range(count):
            facts = case(state="training", full_members=full_members)
            try:
                moved = machine.fire(facts, attempt("mark_ready", {}), held_from=None)
            except TransitionRefused as refused:
                if full_members >= 3 or len(refused.problems) != 1:
                    wrong.append(refused)
            else:
                if full_members < 3 or moved.target != "ready":
                    wrong.append(moved)

    threads = [threading.Thread(target=work, args=(members,)) for members in (1, 3, 2, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("state", DEFINITION.states)
def test_every_action_in_every_state_is_either_possible_or_refused_by_name(state: str) -> None:
    """The table as a table: no action works from a state the definition does not list."""
    for action, transition in DEFINITION.transitions.items():
        found = MACHINE.problems(case(state=state), attempt(action))
        if state not in transition.sources:
            assert [p.code for p in found] == ["STATE"]
        else:
            assert "STATE" not in [p.code for p in found]
