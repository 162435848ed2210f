"""The process definition: read with line numbers, proved sound, every fault named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import jsonschema
import pytest

from workflow.definition.check import check_definition
from workflow.definition.entry import read_entry
from workflow.definition.library import BRANCH_FORMATION, load_definition, shipped_definitions
from workflow.definition.model import Transition
from workflow.definition.schema import data_schema, example_data
from workflow.errors import DefinitionError, InvalidInput
from workflow.text import LOCALES

DEFINITION = shipped_definitions()["branch_formation"]
TODAY = date(2026, 11, 23)
SOURCE = BRANCH_FORMATION.read_text(encoding="utf-8")


LIMBO = "  limbo: {zh: 虚, en: L, stage: none, owner: manager, kind: open, coverage: none, deadline: T01}\n"


def faults_of(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "process.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_definition(path)
    return list(caught.value.faults)


def changed(old: str, new: str) -> str:
    assert SOURCE.count(old) >= 1, old
    return SOURCE.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


class TestProof:
    def test_the_shipped_process_is_sound(self) -> None:
        assert check_definition().faults == ()

    def test_all_twenty_seven_rows_of_the_procedure_are_there(self) -> None:
        numbers = {t.number for t in DEFINITION.transitions.values()}
        assert {str(n) for n in range(1, 28)} <= numbers

    def test_all_twenty_two_states_map_to_a_headline_stage(self) -> None:
        assert len(DEFINITION.states) == 22
        assert len([s for s in DEFINITION.stages.values() if not s.is_beside]) == 8

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("guards: [first_visit_logged]", "guards: [stars_are_right]", "unknown guard stars_are_right"),
            ("first: {owner: manager,", "first: {owner: approver,", "agree_reopening is no action of approver"),
            ("papers: [D01, D02, D06]", "papers: [D01, D99]", "unknown document D99"),
            (
                "by: [manager]\n    guards: [instructor_is",
                "by: [wizard]\n    guards: [instructor_is",
                "unknown role wizard",
            ),
            ("effects: [freeze_members]", "effects: [fly]", "unknown effect fly"),
            ("to: ready\n", "to: paradise\n", "unknown state paradise"),
            ("clocks: {stop: [T01], start: [T02]}", "clocks: {stop: [T77]}", "unknown deadline T77"),
            ("rule: assign_within_workdays", "rule: some_day", "unknown rule some_day"),
            ("stage: none, owner: manager", "stage: none, owner: nobody", "unknown owner nobody"),
            ("coverage: none, deadline: T01}", "coverage: none}", "no deadline"),
            ("stage: none, owner", "stage: heaven, owner", "unknown stage heaven"),
            ("enter: [instructor, no_conflict]", "enter: [mood]", "enter names unknown fields: mood"),
        ],
    )
    def test_each_fault_is_named_with_file_and_line(self, tmp_path: Path, old: str, new: str, words: str) -> None:
        text = changed(old, new)
        faults = faults_of(tmp_path, text)
        assert any(words in fault for fault in faults), faults
        assert all(fault.startswith("process.yaml:") for fault in faults)

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("guards: [first_visit_logged]", "guard: [first_visit_logged]", "start_training.guard: unknown key"),
            ("    papers: [D01, D02, D06]", "    paper: [D01, D02, D06]", "submit.paper: unknown key"),
            ("start: [T02]}", "strt: [T02]}", "assign_instructor.clocks.strt: unknown key"),
            ("Why it is void, type: long_text, ex", "Why it is void, type: long_text, x", "unknown key xample"),
            ("version: 1\n", "version: 1\nsurprise: {}\n", "surprise: unknown section"),
            ("version: 1\n", "version: one\n", "version: must be a whole number"),
            ("  mark_ready:\n    number: \"4\"\n", "  mark_ready:\n    number: &a [*a]\n", ""),
        ],
    )  # fmt: skip
    def test_a_misspelt_key_is_a_fault_and_not_a_missing_guard(
        self, tmp_path: Path, old: str, new: str, words: str
    ) -> None:
        assert any(words in fault for fault in faults_of(tmp_path, changed(old, new)))

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("from: [training]\n    to: ready", "from: [training]\n    to: training", "ready: unreachable"),
            ("  ready:                {", LIMBO + "  ready:                {", "limbo: unreachable"),
            ("clocks: {stop: [T14], start: [T15]}", "clocks: {stop: [T14]}", "no action starts T15"),
            ("from: [no_branch]\n    to: instructor_assigned", "from: [no_branch]\n    to: same", "training: un"),
        ],
    )  # fmt: skip
    def test_holding_and_closing_hide_no_hole_in_the_road(self, tmp_path: Path, old: str, new: str, words: str) -> None:
        faults = faults_of(tmp_path, changed(old, new))
        assert any(words in fault for fault in faults), faults

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ("repeat: 0", "T06.repeat: must be a number of days"),
            ("escalate: {-1: [manager]}", "T06.escalate: -1: a deadline is escalated on its due day (0) or after"),
            ("escalate: {7: [wizard]}", "T06.escalate: unknown role wizard"),
            ("escalate: {7: [instructor]}", "instructor is told from the first alert on"),
            ("escalate: {7: []}", "name at least one group"),
            ("on_overdue: vanish", "T06.on_overdue: unknown action vanish"),
            ("on_overdue: hold", "cannot take hold: it enters review_on"),
            ("on_overdue: reopen", "reopen does not stop T06"),
            ("on_overdue: submit", "the system cannot take submit"),
            ("after_pause: whim", "T06.after_pause: unknown rule whim"),
        ],
    )
    def test_what_a_deadline_does_by_itself_has_to_be_possible(self, tmp_path: Path, said: str, words: str) -> None:
        text = changed("unit: months, alerts: [-7, 0], tell", f"unit: months, alerts: [-7, 0], {said}, tell")
        faults = faults_of(tmp_path, text)
        assert any(words in fault for fault in faults), faults

    def test_the_checklist_says_what_each_deadline_does_by_itself(self) -> None:
        (line,) = [line for line in check_definition().lines if line.startswith("T09  ")]
        assert "+7 上报区级主管部门" in line
        assert "founding_reply_restarts" in line

    def test_the_line_is_that_of_the_fault(self, tmp_path: Path) -> None:
        text = changed("guards: [first_visit_logged]", "guards: [stars_are_right]")
        (fault,) = faults_of(tmp_path, text)
        assert fault.startswith(f"process.yaml:{line_of(text, 'guards: [stars_are_right]')}:")

    def test_an_unreachable_state_is_found(self, tmp_path: Path) -> None:
        text = changed(
            "  dissolved:            {",
            "  limbo: {zh: 虚, en: Limbo, stage: ended, owner: manager, kind: closed, coverage: none}\n"
            "  dissolved:            {",
        )
        assert any("limbo: unreachable" in fault for fault in faults_of(tmp_path, text))

    def test_an_open_state_without_a_way_out_is_a_dead_end(self, tmp_path: Path) -> None:
        text = changed(
            "Dissolved, stage: ended, owner: committee, kind: closed, coverage: none}",
            "Dissolved, stage: ended, owner: committee, kind: open, coverage: none, deadline: T01}",
        ).replace("from: any_open", "from: [training]")
        assert any("dissolved: dead end" in fault for fault in faults_of(tmp_path, text))

    def test_a_state_nothing_returns_from_has_no_way_back(self, tmp_path: Path) -> None:
        text = changed(
            "elected, result_submitted, result_confirmed, filed, on_hold]\n    to: closed",
            "result_submitted, on_hold]\n    to: closed",
        )
        text = text.replace("from: any_open", "from: [training]")
        assert any("elected: no way back" in fault for fault in faults_of(tmp_path, text))

    def test_an_action_defined_twice_is_found(self, tmp_path: Path) -> None:
        text = SOURCE + "  reopen:\n    number: '99'\n"
        (fault,) = faults_of(tmp_path, text)
        assert "'reopen' is defined twice" in fault

    def test_two_actions_with_one_label_in_one_state_are_a_duplicate_trigger(self, tmp_path: Path) -> None:
        text = changed("label: {zh: 受理, en: Accept for review}", "label: {zh: 退回补正, en: Accept for review}")
        assert any("duplicate trigger" in fault for fault in faults_of(tmp_path, text))

    def test_a_file_that_is_not_yaml_is_named_with_its_line(self, tmp_path: Path) -> None:
        (fault,) = faults_of(tmp_path, "process: x\n  bad indent: [")
        assert fault.startswith("process.yaml:2:")

    def test_a_missing_section_is_named(self, tmp_path: Path) -> None:
        assert any("states: this section is missing" in f for f in faults_of(tmp_path, "process: x\nversion: 1\n"))

    def test_a_file_that_cannot_be_read_is_a_fault_not_a_traceback(self, tmp_path: Path) -> None:
        assert check_definition(tmp_path / "nowhere.yaml").faults


class TestThresholds:
    def test_the_definition_holds_no_number_of_a_regulation(self) -> None:
        """Three members, four fifths, a month: all of them are dated rules."""
        for spec in DEFINITION.deadlines.values():
            assert spec.rule or spec.from_fact


class TestData:
    @pytest.mark.parametrize("action", DEFINITION.transitions.values(), ids=lambda t: t.action)
    def test_the_example_passes_the_schema_and_the_reader(self, action: Transition) -> None:
        example = example_data(action, TODAY)
        jsonschema.validate(example, data_schema(action))
        assert read_entry(action.fields, example, TODAY).keys() <= example.keys()

    def test_all_faults_are_named_at_once(self) -> None:
        fields = DEFINITION.transitions["approve"].fields
        with pytest.raises(InvalidInput) as caught:
            read_entry(fields, {"meeting_due": "seven", "with_committee": "x", "mood": 1}, TODAY)
        assert {"meeting_due", "meeting_attending", "reply_no", "with_committee", "mood"} <= caught.value.fields.keys()

    def test_faults_inside_rows_carry_their_place(self) -> None:
        fields = DEFINITION.transitions["submit_candidates"].fields
        data = example_data(DEFINITION.transitions["submit_candidates"], TODAY)
        data["candidates"] = [{"name": "甲", "post": "king"}, {"post": "secretary"}]
        with pytest.raises(InvalidInput) as caught:
            read_entry(fields, data, TODAY)
        assert {"candidates.0.post", "candidates.1.name"} == caught.value.fields.keys()

    def test_a_boolean_is_no_number_and_a_number_no_text(self) -> None:
        fields = DEFINITION.transitions["approve"].fields
        data = {**example_data(DEFINITION.transitions["approve"], TODAY), "meeting_due": True, "reply_no": 5}
        with pytest.raises(InvalidInput) as caught:
            read_entry(fields, data, TODAY)
        assert {"meeting_due", "reply_no"} == caught.value.fields.keys()

    def test_a_day_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(InvalidInput):
            read_entry(DEFINITION.transitions["file"].fields, {"filing_no": "1", "filed_on": "2026-02-30"}, TODAY)


def test_every_name_stands_in_both_languages() -> None:
    named = [*DEFINITION.states.values(), *DEFINITION.stages.values(), *DEFINITION.groups.values()]
    labels = [t.label for t in DEFINITION.transitions.values()]
    fields = [f.label for t in DEFINITION.transitions.values() for f in t.fields]
    for text in [n.name for n in named] + labels + fields:
        assert all(text.within(locale) for locale in LOCALES)
