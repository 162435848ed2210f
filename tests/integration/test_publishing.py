"""A new version of the process: proved, shown, published; cases keep theirs, are moved, and go back as they were."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from tests.district import District
from tests.integration.test_races import all_at_once
from tests.versions import RELABELLED, RENAMED, SECOND, version_of
from workflow.definition.library import shipped_definitions, shipped_source
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
from workflow.ledger import verify
from workflow.models import (
    Case,
    Deadline,
    DefinitionInForce,
    DefinitionVersion,
    LedgerEntry,
    OutboxRow,
    WorkItem,
)
from workflow.publishing.comparing import Fate
from workflow.publishing.listing import list_versions
from workflow.publishing.moving import Moved, move_cases
from workflow.publishing.preview import Preview
from workflow.publishing.publish import preview_of, publish
from workflow.publishing.rollback import move_back, put_back
from workflow.queries.case_page import case_page
from workflow.reminders import remind
from workflow.runtime import Runtime


def publish_here(district: District, source: str, who: str | None = "admin", **more: Any) -> None:
    publish(district.runtime, source, actor_id=district.people[who] if who else None, **more)


def preview_here(district: District, source: str) -> Preview:
    with district.db.reading() as session:
        return preview_of(session, district.runtime, source)[1]


def fates(found: Preview) -> dict[int, Fate]:
    return {line.case_id: line.fate for line in found.lines}


def move(district: District) -> Moved:
    return move_cases(district.runtime, actor_id=district.people["admin"])


def roll_back(district: District, version: int = 1) -> Moved:
    put_back(district.runtime, version, actor_id=district.people["admin"])
    return move_back(district.runtime, actor_id=district.people["admin"])


@dataclass(frozen=True)
class Standing:
    """All of a case that must be equal again: its columns, what runs, what is to be done."""

    case: dict[str, Any]
    clocks: list[tuple[Any, ...]]
    items: list[tuple[Any, ...]]


FOLLOWS_THE_HISTORY = {"version", "ledger_head", "updated_at"}


def standing(district: District, case_id: int) -> Standing:
    columns = [c for c in Case.__table__.columns if c.name not in FOLLOWS_THE_HISTORY]
    clock = Deadline.__table__.c
    item = WorkItem.__table__.c
    running = select(*clock).where(clock.case_id == case_id, clock.status != "stopped").order_by(clock.id)
    items = select(*item).where(item.case_id == case_id).order_by(item.id)
    with district.db.reading() as session:
        return Standing(
            dict(session.execute(select(*columns).where(Case.id == case_id)).mappings().one()),
            [tuple(row) for row in session.execute(running)],
            [tuple(row) for row in session.execute(items)],
        )


def open_item(case_id: int) -> Select[WorkItem]:
    return select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))


def history(district: District, case_id: int) -> list[tuple[str, int, str | None, str]]:
    entry = LedgerEntry
    query = select(entry.action, entry.definition_version, entry.from_state, entry.to_state)
    with district.db.reading() as session:
        assert verify(session).ok
        return [tuple(row) for row in session.execute(query.where(entry.case_id == case_id).order_by(entry.seq))]


def test_the_shipped_file_is_registered_as_it_is(district: District) -> None:
    shipped = shipped_definitions()["branch_formation"]
    with district.db.reading() as session:
        row = session.scalars(select(DefinitionVersion)).one()
        assert session.scalars(select(DefinitionInForce.version)).all() == [shipped.version]
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
        row = session.scalars(select(DefinitionVersion)).one()
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
        assert session.scalar(select(func.count()).select_from(DefinitionVersion)) == 1


def test_a_step_a_held_case_came_from_is_in_use_too(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    district.do(case_id, "org_dept", "hold", reason="企业搬迁")
    with pytest.raises(StateInUse) as refused:
        publish_here(district, DROPPED)
    assert refused.value.cases == {"under_review": (case_id,)}
    district.do(case_id, "org_dept", "close", reason="企业注销")
    publish_here(district, DROPPED)


# Another clock for the acceptance check, and other reminders of the next visit.
T20 = "  T20: {zh: 受理, en: Acceptance, rule: acceptance_workdays, unit: days, alerts: [0], tell: [committee]}\n"
OTHER_CLOCKS = version_of(
    2,
    (r"(?m)^(  submitted: .*)deadline: T07", r"\1deadline: T20"),
    (r"(?m)^  T08: ", f"{T20}  T08: "),
    (r"start: \[T07", "start: [T20, T07"),
    (r"(T03: .*)alerts: \[0, 7, 30\]", r"\1alerts: [-7, 0]"),
)


@pytest.mark.parametrize("source", [SECOND, RENAMED, OTHER_CLOCKS], ids=["labels", "renamed", "clocks"])
@pytest.mark.parametrize("state", ["no_branch", "training", "submitted", "under_review", "on_hold"])
def test_published_moved_and_rolled_back_is_equal(district: District, source: str, state: str) -> None:
    if state == "on_hold":
        case_id = district.walk(district.open("first"), until="under_review")
        district.do(case_id, "org_dept", "hold", reason="企业搬迁")
    else:
        case_id = district.walk(district.open("first"), until=state)
    before, known = standing(district, case_id), history(district, case_id)
    publish_here(district, source)
    assert standing(district, case_id) == before
    assert move(district) == Moved(1, 0)
    assert district.case(case_id).definition_version == 2
    district.clock.advance(days=2)
    assert roll_back(district) == Moved(1, 0)
    assert standing(district, case_id) == before
    since = history(district, case_id)[len(known) :]
    assert [(action, version) for action, version, _, _ in since] == [("migrate", 2), ("migrate_back", 1)]


def test_a_moved_case_goes_on_under_the_new_names_and_clocks(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    publish_here(district, RENAMED)
    move(district)
    assert history(district, case_id)[-1] == ("migrate", 2, "under_review", "deliberated")
    with district.db.reading() as session:
        item = session.scalars(open_item(case_id)).one()
        actor = load_actor(session, district.people["approver"], district.runtime.today())
        page = case_page(session, district.runtime, actor, case_id)
    assert item.state == "deliberated"
    assert page.history[0].label.zh == "改按流程第 2 版办理"
    assert (page.last_move.action, page.head.stage) == ("accept", "approval")
    district.walk(case_id)
    assert district.state(case_id) == "established"


def test_the_clock_of_a_moved_step_is_the_new_ones(district: District) -> None:
    case_id = district.walk(district.open("first"), until="submitted")
    publish_here(district, OTHER_CLOCKS)
    move(district)
    with district.db.reading() as session:
        running = select(Deadline.code).where(Deadline.case_id == case_id, Deadline.status == "running")
        codes = set(session.scalars(running))
        item = session.scalars(open_item(case_id)).one()
        due = session.scalars(select(Deadline.due_on).where(Deadline.case_id == case_id, Deadline.code == "T20")).one()
    assert "T20" in codes
    assert "T07" not in codes
    assert item.due_on == due


def test_moving_twice_or_after_an_end_half_way_is_the_same_as_once(district: District, monkeypatch: Any) -> None:
    case_ids = [district.walk(district.open(firm), until="training") for firm in ("first", "second", "third")]
    publish_here(district, SECOND)
    monkeypatch.setattr("workflow.publishing.moving.CHUNK", 2)

    class Ended(Exception):
        pass

    def end(_done: int) -> None:
        raise Ended

    with pytest.raises(Ended):
        move_cases(district.runtime, actor_id=None, progress=end)
    assert [district.case(case_id).definition_version for case_id in case_ids] == [2, 2, 1]
    assert move(district) == Moved(1, 0)
    assert move(district) == Moved(0, 0)
    assert all(district.actions(case_id).count("migrate") == 1 for case_id in case_ids)


def test_a_rollback_that_ended_half_way_goes_on(district: District, monkeypatch: Any) -> None:
    case_ids = [district.walk(district.open(firm), until="training") for firm in ("first", "second", "third")]
    before = [standing(district, case_id) for case_id in case_ids]
    publish_here(district, SECOND)
    move(district)
    monkeypatch.setattr("workflow.publishing.rollback.CHUNK", 2)

    class Ended(Exception):
        pass

    def end(_done: int) -> None:
        raise Ended

    put_back(district.runtime, 1, actor_id=None)
    with pytest.raises(Ended):
        move_back(district.runtime, actor_id=None, progress=end)
    assert roll_back(district) == Moved(1, 0)
    assert [standing(district, case_id) for case_id in case_ids] == before


def test_two_publications_with_moves_are_taken_back_one_after_the_other(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    before = standing(district, case_id)
    publish_here(district, RENAMED)
    move(district)
    second = standing(district, case_id)
    third = RENAMED.replace("version: 2", "version: 3", 1).replace("deliberated", "weighed")
    third = third.replace("renamed_states: {under_review: weighed}", "renamed_states: {deliberated: weighed}")
    publish_here(district, third)
    move(district)
    assert district.state(case_id) == "weighed"
    assert roll_back(district, 2) == Moved(1, 0)
    assert standing(district, case_id) == second
    assert roll_back(district, 1) == Moved(1, 0)
    assert standing(district, case_id) == before


def test_from_the_first_to_the_third_version_a_name_is_carried_through_the_second(district: District) -> None:
    case_id = district.walk(district.open("first"), until="under_review")
    before = standing(district, case_id)
    publish_here(district, RENAMED)
    third = RENAMED.replace("version: 2", "version: 3", 1).replace("deliberated", "weighed")
    third = third.replace("renamed_states: {under_review: weighed}", "renamed_states: {deliberated: weighed}")
    publish_here(district, third)
    assert move(district) == Moved(1, 0)
    assert district.state(case_id) == "weighed"
    assert roll_back(district, 1) == Moved(1, 0)
    assert standing(district, case_id) == before


def test_a_case_that_went_on_after_its_move_goes_back_as_it_stands_now(district: District) -> None:
    case_id = district.walk(district.open("first"), until="submitted")
    publish_here(district, RENAMED)
    move(district)
    district.walk(case_id, until="deliberated")
    assert roll_back(district) == Moved(1, 0)
    assert (district.state(case_id), district.case(case_id).definition_version) == ("under_review", 1)
    assert history(district, case_id)[-1] == ("migrate_back", 1, "deliberated", "under_review")
    assert district.state(district.walk(case_id)) == "established"


def test_cases_opened_under_the_version_that_was_put_back_stay_there(district: District) -> None:
    publish_here(district, SECOND)
    case_id = district.walk(district.open("first"), until="training")
    assert roll_back(district) == Moved(0, 0)
    assert district.case(case_id).definition_version == 2
    assert district.case(district.open("second")).definition_version == 1
    assert district.state(district.walk(case_id)) == "established"


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
        assert session.scalars(select(DefinitionVersion.version)).all() == [1]


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


def test_of_many_publications_at_once_one_wins_and_the_others_hear_of_it(district: District) -> None:
    sources = [version_of(2, (r"en: Accept for review", f"en: Accept {n}")) for n in range(6)]
    answers = all_at_once([lambda s=source: publish_here(district, s) for source in sources])  # type: ignore[misc]
    assert [type(answer) for answer in answers if answer is not None] == [Conflict] * 5
    with district.db.reading() as session:
        assert sorted(session.scalars(select(DefinitionVersion.version))) == [1, 2]
        assert sorted(session.scalars(select(DefinitionInForce.number))) == [1, 2]


def test_two_that_move_the_same_cases_at_once_move_each_once(district: District) -> None:
    case_ids = [district.walk(district.open(firm), until="training") for firm in ("first", "second", "third")]
    publish_here(district, SECOND)
    answers = all_at_once([lambda: move(district)] * 4)
    assert sum(answer.moved for answer in answers if isinstance(answer, Moved)) == 3
    assert all(district.actions(case_id).count("migrate") == 1 for case_id in case_ids)
    with district.db.reading() as session:
        assert verify(session).ok


def test_people_who_act_while_their_cases_are_moved_lose_nothing(district: District) -> None:
    case_ids = [district.walk(district.open(firm), until="submitted") for firm in ("first", "second", "third")]
    publish_here(district, RENAMED)
    accepting = [lambda c=case_id: district.do(c, "clerk", "accept") for case_id in case_ids]  # type: ignore[misc]
    answers = all_at_once([*accepting, lambda: move(district)])
    assert not [answer for answer in answers if isinstance(answer, WorkflowError)]
    move(district)
    for case_id in case_ids:
        case = district.case(case_id)
        assert (case.definition_version, case.state) == (2, "deliberated")
        assert sorted(district.actions(case_id)[-2:]) == ["accept", "migrate"]
    with district.db.reading() as session:
        assert verify(session).ok


def test_of_a_publication_and_a_rollback_at_once_one_goes_first(district: District) -> None:
    publish_here(district, SECOND)
    third = version_of(3, RELABELLED)
    answers = all_at_once([lambda: publish_here(district, third), lambda: roll_back(district)])
    assert len([answer for answer in answers if isinstance(answer, Conflict)]) <= 1
    with district.db.reading() as session:
        numbers = sorted(session.scalars(select(DefinitionInForce.number)))
    assert numbers == list(range(1, len(numbers) + 1))


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


def test_whoever_holds_a_step_hears_of_another_day_it_is_due_on(district: District) -> None:
    case_id = district.walk(district.open("first"), until="submitted")
    unchanged = district.walk(district.open("second"), until="training")
    publish_here(district, OTHER_CLOCKS)
    move(district)
    with district.db.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.event.like("case:%"), OutboxRow.kind == "definition"))
        told = {(row.case_id, row.user_id): row.payload["body"]["zh"] for row in rows if row.channel == "in_app"}
    assert set(told) == {(case_id, district.people["clerk"]), (case_id, district.people["approver"])}
    assert "改按流程第 2 版办理" in told[case_id, district.people["clerk"]]
    assert unchanged not in {case for case, _ in told}


def test_the_same_key_publishes_once_and_another_request_with_it_is_refused(district: District) -> None:
    publish_here(district, SECOND, key="k1")
    publish_here(district, SECOND, key="k1")
    with pytest.raises(KeyReused):
        publish_here(district, version_of(3), key="k1")
    with district.db.reading() as session:
        assert sorted(session.scalars(select(DefinitionVersion.version))) == [1, 2]


def test_an_unknown_version_cannot_be_put_back(district: District) -> None:
    with pytest.raises(NotFound):
        put_back(district.runtime, 7, actor_id=None)


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
