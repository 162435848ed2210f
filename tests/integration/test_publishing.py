"""A new version of the process: proved, shown, published; cases keep the one they began with."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DatabaseError

from tests.district import District
from tests.publishing import fates, move, preview_here, publish_here, roll_back
from tests.versions import RELABELLED, RENAMED, SECOND, version_of
from workflow.definition.library import PROCESS, shipped_definitions, shipped_source
from workflow.engine.actors import load_actor
from workflow.errors import (
    Conflict,
    DefinitionError,
    InvalidInput,
    KeyReused,
    NotFound,
    NotPermitted,
    StateInUse,
    WorkflowError,
)
from workflow.models import (
    Case,
    Deadline,
    DefinitionInForce,
    DefinitionVersion,
    OutboxRow,
)
from workflow.publishing.comparing import Fate
from workflow.publishing.listing import list_versions
from workflow.publishing.moving import Moved, move_cases
from workflow.publishing.rollback import move_back, put_back
from workflow.queries.case_filter import read_filter
from workflow.queries.case_page import case_page
from workflow.reminders import remind
from workflow.runtime import Runtime

FOUNDING = DefinitionVersion.process == PROCESS
IN_FORCE = DefinitionInForce.process == PROCESS


def test_the_shipped_file_is_registered_as_it_is(district: District) -> None:
    shipped = shipped_definitions()["branch_formation"]
    with district.db.reading() as session:
        row = session.scalars(select(DefinitionVersion).where(FOUNDING)).one()
        assert session.scalars(select(DefinitionInForce.version).where(IN_FORCE)).all() == [shipped.version]
    assert (row.process, row.version, row.source) == (shipped.process, shipped.version, shipped_source())
    assert row.digest == shipped.digest == hashlib.sha256(shipped_source().encode()).hexdigest()


CHANGES = [
    update(DefinitionVersion).values(source="forged"),
    DefinitionVersion.__table__.delete(),
    update(DefinitionInForce).values(version=2),
    DefinitionInForce.__table__.delete(),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change)[:40])
def test_what_was_published_refuses_to_be_changed(district: District, change: Any) -> None:
    with pytest.raises(DatabaseError, match="is append-only"), district.db.unit_of_work() as session:
        session.execute(change)


def test_a_version_in_the_place_of_another_is_refused_on_sqlite(sqlite_district: District) -> None:
    with sqlite_district.db.reading() as session:
        row = session.scalars(select(DefinitionVersion).where(FOUNDING)).one()
        values = {c.name: getattr(row, c.name) for c in DefinitionVersion.__table__.columns} | {"source": "forged"}
    forging = insert(DefinitionVersion).prefix_with("OR REPLACE").values(values)
    with pytest.raises(DatabaseError, match="is append-only"), sqlite_district.db.unit_of_work() as session:
        session.execute(forging)


def test_open_cases_keep_their_version_and_new_ones_begin_with_the_one_in_force(district: District) -> None:
    old = district.walk(district.open("first"), until="submitted")
    publish_here(district, SECOND)
    new = district.walk(district.open("second"), until="submitted")
    assert [district.case(case_id).definition_version for case_id in (old, new)] == [1, 2]
    labels = {}
    with district.db.reading() as session:
        clerk = load_actor(session, district.people["clerk"], district.runtime.today())
        for case_id in (old, new):
            actions = case_page(session, district.runtime, clerk, case_id).actions
            labels[case_id] = next(view.label.zh for view in actions if view.action == "accept")
    assert labels == {old: "受理", new: "予以受理"}


def test_another_program_that_runs_already_notices_the_publication(district: District) -> None:
    other = Runtime(district.db, district.runtime.documents_dir, clock=district.clock)
    with district.db.reading() as session:
        assert other.versions(session).current.version == 1
    publish_here(district, SECOND)
    case_id = district.open("first")
    with district.db.reading() as session:
        assert other.definition_of(session, session.get_one(Case, case_id)).version == 2
    with district.db.reading() as session:
        assert other.versions(session).current.version == 2


def test_the_preview_tells_who_is_unaffected_who_can_be_moved_and_who_needs_a_person(district: District) -> None:
    training = district.walk(district.open("first"), until="training")
    submitted = district.walk(district.open("second"), until="submitted")
    under_review = district.walk(district.open("third"), until="under_review")
    found = preview_here(district, RENAMED)
    assert (found.from_version, found.version) == (1, 2)
    assert fates(found)[training] is Fate.UNAFFECTED
    assert fates(found)[submitted] is Fate.MAPPED
    line = next(line for line in found.lines if line.case_id == under_review)
    assert (line.fate, line.state, line.becomes and line.becomes.zh) == (Fate.MAPPED, "under_review", "审议中")
    assert found.in_use is None
    assert found.movable == 3


def test_finished_cases_are_no_part_of_it(district: District) -> None:
    done = district.walk(district.open("first"))
    assert preview_here(district, SECOND).lines == ()
    publish_here(district, SECOND)
    assert move(district) == Moved(0, 0)
    assert district.case(done).definition_version == 1


DROPPED = version_of(2, (r"(?<!\w)under_review(?!\w)", "deliberated"))


def test_a_version_that_drops_a_step_in_use_is_refused_and_says_which_cases(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    assert fates(preview_here(district, DROPPED)) == {case_id: Fate.NEEDS_PERSON}
    with pytest.raises(StateInUse) as refused:
        publish_here(district, DROPPED)
    assert refused.value.cases == {"under_review": (case_id,)}
    assert f"案件 {case_id}" in refused.value.text.zh
    assert "审议中" in refused.value.text.zh
    assert "商会党委" in refused.value.text.zh
    with district.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(DefinitionVersion).where(FOUNDING)) == 1


def test_a_step_a_held_case_came_from_is_in_use_too(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    district.do(case_id, "org_dept", "hold", reason="企业搬迁")
    with pytest.raises(StateInUse) as refused:
        publish_here(district, DROPPED)
    assert refused.value.cases == {"under_review": (case_id,)}
    district.do(case_id, "org_dept", "close", reason="企业注销")
    publish_here(district, DROPPED)


def test_a_clock_that_runs_and_is_gone_needs_a_person(district: District) -> None:
    case_id = district.walk(district.open("first"), until="ready")
    other = district.walk(district.open("second"), until="training")
    source = version_of(2, (r"(?<!\w)T06(?!\w)", "T26"))
    found = {line.case_id: line for line in preview_here(district, source).lines}
    assert (found[case_id].fate, found[other].fate) == (Fate.NEEDS_PERSON, Fate.MAPPED)
    assert "T06" in found[case_id].reasons[0].zh
    publish_here(district, source)
    assert move(district) == Moved(1, 1)
    assert [district.case(one).definition_version for one in (case_id, other)] == [1, 2]


def test_facts_the_new_version_wants_and_the_case_has_not_need_a_person(district: District) -> None:
    case_id = district.walk(district.open("first"), until="ready")
    source = version_of(
        2,
        (r"(?m)^fields:\n", "fields:\n  venue: {zh: 会议地点, en: Venue, type: text, example: 会议室}\n"),
        (r"(?ms)(^  mark_ready:.*?enter: \[)", r"\1venue, "),
    )
    line = preview_here(district, source).lines[0]
    assert (line.case_id, line.fate) == (case_id, Fate.NEEDS_PERSON)
    assert "会议地点" in line.reasons[0].zh


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        (shipped_source(), Conflict, "就是已发布的第 1 版"),
        (shipped_source() + "\n# other\n", Conflict, "第 1 版已经发布"),
        (version_of(3), InvalidInput, "版本号应为 2"),
        (version_of(2, (r"(?m)^process: .*", "process: member_development")), InvalidInput, "没有流程"),
        (version_of(2) + "\nrenamed_states: {under_review: nowhere}\n", DefinitionError, "unknown state nowhere"),
        (version_of(2) + "\nrenamed_states: {never_was: ready}\n", DefinitionError, "no published version has a state"),
        (version_of(2) + "\nrenamed_states: [ready]\n", DefinitionError, "must be old: new"),
    ],
)
def test_what_cannot_be_published_says_so_and_leaves_nothing(
    district: District, source: str, kind: type[WorkflowError], words: str
) -> None:
    with pytest.raises(kind) as refused:
        publish_here(district, source)
    assert words in refused.value.text.zh
    with district.db.reading() as session:
        assert session.scalars(select(DefinitionVersion.version).where(FOUNDING)).all() == [1]


def test_only_an_administrator_publishes_moves_or_goes_back(district: District) -> None:
    for who in ("org_dept", "approver", "auditor", "instructor"):
        with pytest.raises(NotPermitted):
            publish_here(district, SECOND, who)
        with pytest.raises(NotPermitted):
            move_cases(district.runtime, actor_id=district.people[who])
        with pytest.raises(NotPermitted):
            put_back(district.runtime, 1, actor_id=district.people[who])
        with pytest.raises(NotPermitted):
            move_back(district.runtime, actor_id=district.people[who])


def test_reminders_are_those_of_the_version_each_case_lives_by(district: District) -> None:
    old = district.open("first")
    publish_here(district, version_of(2, (r"(T01: .*)alerts: \[-5, 0, 5\]", r"\1alerts: [3]")))
    new = district.open("second")
    with district.db.reading() as session:
        due = session.scalars(select(Deadline.due_on).where(Deadline.case_id == old, Deadline.code == "T01")).one()

    def told() -> set[int | None]:
        with district.db.reading() as session:
            return set(session.scalars(select(OutboxRow.case_id).where(OutboxRow.kind == "deadline")))

    district.clock.advance(days=(due - district.runtime.today()).days)
    remind(district.runtime)
    assert told() == {old}
    district.clock.advance(days=3)
    remind(district.runtime)
    assert told() == {old, new}


def test_the_same_key_publishes_once_and_another_request_with_it_is_refused(district: District) -> None:
    publish_here(district, SECOND, key="k1")
    publish_here(district, SECOND, key="k1")
    with pytest.raises(KeyReused):
        publish_here(district, version_of(3), key="k1")
    with district.db.reading() as session:
        assert sorted(session.scalars(select(DefinitionVersion.version).where(FOUNDING))) == [1, 2]


def test_an_unknown_version_cannot_be_put_back(district: District) -> None:
    with pytest.raises(NotFound):
        put_back(district.runtime, 7, actor_id=None)


@pytest.mark.parametrize("number", ["2", "x", "-1", "01", str(10**17)])
def test_a_list_of_a_version_that_is_not_there_is_refused(district: District, number: str) -> None:
    with district.db.reading() as session, pytest.raises(InvalidInput, match="There are: version 1"):
        read_filter({"version": number}, district.runtime.versions(session))


def test_after_a_rollback_the_next_version_is_the_one_after_the_newest(district: District) -> None:
    publish_here(district, SECOND)
    roll_back(district)
    with pytest.raises(Conflict, match="published already"):
        publish_here(district, SECOND)
    publish_here(district, version_of(3, RELABELLED))
    with district.db.reading() as session:
        lines = list_versions(session, district.runtime.versions(session))
    assert [(line.version, line.is_current) for line in lines] == [(3, True), (2, False), (1, False)]
    assert lines[0].published_by == "admin（测试）"


def test_managers_and_administrators_are_told(district: District) -> None:
    publish_here(district, SECOND)
    with district.db.reading() as session:
        told = set(session.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == "definition")))
    assert told == {district.people[who] for who in ("org_dept", "social_work")}
