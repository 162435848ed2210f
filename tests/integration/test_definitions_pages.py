"""The administrator's pages for versions of the process, as a browser uses them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.desk import Desk
from tests.html_forms import form_to
from tests.versions import RENAMED, SECOND, version_of
from workflow.definition.library import PROCESS, shipped_source
from workflow.engine.actors import load_actor
from workflow.models import Case, DefinitionVersion, RoleAssignment
from workflow.publishing.moving import move_cases
from workflow.publishing.publish import publish
from workflow.publishing.source import MAX_SIZE
from workflow.queries.pipeline import pipeline

FOUNDING = DefinitionVersion.process == PROCESS


def upload(desk: Desk, content: str | bytes, name: str = "process.yaml", **fields: Any) -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    return desk.as_("admin").post("/definitions/preview", {"file": (io.BytesIO(data), name), **fields})


def versions(desk: Desk) -> list[int]:
    with desk.district.db.reading() as session:
        return sorted(session.scalars(select(DefinitionVersion.version).where(FOUNDING)))


def publish_by_hand(desk: Desk, content: str, *, move_cases: bool) -> TestResponse:
    """Upload, tick or not, confirm."""
    chosen = form_to(upload(desk, content).text, "/definitions/confirm")
    chosen.fields.pop("move_cases")
    asked = desk.send("admin", chosen, **({"move_cases": "true"} if move_cases else {}), note="试行")
    assert asked.status_code == 200
    return desk.send("admin", form_to(asked.text, "/definitions/publish"))


def test_an_upload_is_proved_and_shown_and_only_the_last_step_publishes(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open("first"), until="under_review")
    page = upload(desk, RENAMED.replace("\n", "\r\n")).text
    assert "定义可用" in page
    assert "对 1 件在办案件的影响" in page
    assert "示例first有限公司" in page
    assert versions(desk) == [1]
    answer = publish_by_hand(desk, RENAMED, move_cases=True)
    assert answer.status_code == 303
    assert versions(desk) == [1, 2]
    with desk.district.db.reading() as session:
        kept = session.scalars(select(DefinitionVersion.source).where(FOUNDING, DefinitionVersion.version == 2)).one()
    assert kept == RENAMED
    case = desk.district.case(case_id)
    assert (case.definition_version, case.state) == (2, "deliberated")
    page = desk.page("admin", "/definitions")
    assert "试行" in page
    assert "1 件在办案件已迁移" in page


def test_without_the_tick_open_cases_stay_and_can_be_moved_later(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open("first"), until="submitted")
    publish_by_hand(desk, SECOND, move_cases=False)
    assert desk.district.case(case_id).definition_version == 1
    assert "有 1 件在办案件仍按旧版本办理" in desk.page("admin", "/definitions")
    form = form_to(desk.page("admin", "/definitions/move"), "/definitions/move")
    assert desk.send("admin", form).status_code == 303
    assert desk.district.case(case_id).definition_version == 2
    assert "没有在办案件按旧版本办理" in desk.page("admin", "/definitions/move")


def test_going_back_says_what_happens_and_does_it(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open("first"), until="under_review")
    publish_by_hand(desk, RENAMED, move_cases=True)
    page = desk.page("admin", "/definitions/1/put-back")
    assert "1 件迁移过来的在办案件" in page
    form = form_to(page, "/definitions/1/put-back")
    assert desk.send("admin", form, note="有误").status_code == 303
    assert desk.send("admin", form, note="有误").status_code == 303
    case = desk.district.case(case_id)
    assert (case.definition_version, case.state) == (1, "under_review")
    assert desk.district.actions(case_id)[-2:] == ["migrate", "migrate_back"]


def test_the_form_sent_twice_publishes_once(desk: Desk) -> None:
    chosen = form_to(upload(desk, SECOND).text, "/definitions/confirm")
    form = form_to(desk.send("admin", chosen).text, "/definitions/publish")
    assert [desk.send("admin", form).status_code for _ in range(2)] == [303, 303]
    assert versions(desk) == [1, 2]


BAD = [
    (b"", 422, "请选择流程文件"),
    (b"x" * (MAX_SIZE + 1), 422, "最大 256 KB"),
    ("流程".encode("gbk"), 422, "不是 UTF-8"),
    (b"PK\x03\x04\x00\x00", 422, "处错误"),
    (b"a: [", 422, "not readable as YAML"),
    (b"- 1\n- 2\n", 422, "this section is missing"),
    (shipped_source(), 409, "就是已发布的第 1 版"),
    (shipped_source() + "\n#\n", 409, "第 1 版已经发布"),
    (version_of(5), 422, "版本号应为 2"),
    (version_of(2, (r"guards: \[first_visit_logged\]", "guards: [no_such]")), 422, "unknown guard no_such"),
    (version_of(2, (r"(?m)^process: .*", "process: other")), 422, "没有流程"),
]


@pytest.mark.parametrize(("content", "status", "words"), BAD, ids=[words for _, _, words in BAD])
def test_a_file_that_cannot_be_taken_is_refused_in_one_sentence(
    desk: Desk, content: str | bytes, status: int, words: str
) -> None:
    answer = upload(desk, content)
    assert answer.status_code == status
    assert words in answer.text
    assert versions(desk) == [1]


def test_a_fault_is_named_with_the_file_and_its_line(desk: Desk) -> None:
    text = version_of(2, (r"guards: \[first_visit_logged\]", "guards: [no_such]"))
    line = text[: text.index("no_such")].count("\n") + 1
    assert f"mine.yaml:{line}:" in upload(desk, text, "mine.yaml").text


def test_a_version_that_drops_a_step_in_use_shows_the_cases_and_cannot_be_published(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open("first"), until="under_review")
    dropped = version_of(2, (r"(?<!\w)under_review(?!\w)", "deliberated"))
    page = upload(desk, dropped).text
    assert f"案件 {case_id}" in page
    assert "/definitions/confirm" not in page
    answer = desk.as_("admin").post("/definitions/publish", {"source": dropped})
    assert answer.status_code == 409
    assert versions(desk) == [1]


def test_others_of_the_staff_read_and_are_offered_nothing_to_change(desk: Desk) -> None:
    for who in ("org_dept", "clerk", "auditor"):
        page = desk.page(who, "/definitions")
        assert "第 1 版" in page
        assert 'type="file"' not in page
        assert "put-back" not in page
        file = desk.as_(who).get("/definitions/1/source")
        assert file.data.decode() == shipped_source()
    desk.page("instructor", "/definitions", status=403)
    desk.page("admin", "/definitions/9/source", status=404)
    desk.page("admin", "/definitions/9/put-back", status=404)


def test_cases_are_links_only_for_whoever_may_open_them(desk: Desk) -> None:
    district = desk.district
    case_id = district.walk(district.open("first"), until="submitted")
    assert f'href="/cases/{case_id}"' not in upload(desk, SECOND).text
    with district.db.unit_of_work() as session:
        held = {"organisation_id": district.bodies["org_dept"], "valid_from": district.runtime.today()}
        session.add(RoleAssignment(user_id=district.people["admin"], role="org_dept", **held))
    assert f'href="/cases/{case_id}"' in upload(desk, SECOND).text


def test_a_long_list_is_cut_and_can_be_seen_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.definitions.lists.SHOWN", 2)
    for firm in ("first", "second", "third"):
        desk.district.open(firm)
    page = upload(desk, SECOND).text
    assert "只列出前 2 件" in page
    whole = desk.send("admin", form_to(page, "/definitions/preview"), whole="1").text
    assert "只列出前" not in whole
    assert all(f"示例{firm}有限公司" in whole for firm in ("first", "second", "third"))


class TestWithTwoVersionsAlive:
    """Every page is right for cases of either version: names, counts, lists, forms."""

    @pytest.fixture
    def two(self, desk: Desk) -> tuple[int, int]:
        district = desk.district
        source = version_of(2, (r"zh: 审议中, en: Under review", "zh: 上会研究, en: At the meeting"))
        source = source.replace("en: At the meeting, stage: approval", "en: At the meeting, stage: application")
        old = district.walk(district.open("first"), until="under_review")
        publish(district.runtime, source, actor_id=district.people["admin"])
        return old, district.walk(district.open("second"), until="under_review")

    def test_lists_and_inbox_call_each_step_by_its_own_name(self, desk: Desk, two: tuple[int, int]) -> None:
        page = desk.page("org_dept", "/cases")
        assert "审议中" in page
        assert "上会研究" in page
        for path in ("/inbox", "/decide"):
            assert "示例first有限公司" in desk.page("approver", path)
            assert "示例second有限公司" in desk.page("approver", path)

    def test_the_stage_of_a_case_is_that_of_its_version(self, desk: Desk, two: tuple[int, int]) -> None:
        by_stage = {stage: desk.page("org_dept", f"/cases?stage={stage}") for stage in ("approval", "application")}
        assert "示例first有限公司" in by_stage["approval"]
        assert "示例second有限公司" not in by_stage["approval"]
        assert "示例second有限公司" in by_stage["application"]
        assert "示例first有限公司" not in by_stage["application"]

    def test_the_pipeline_counts_every_version_as_its_lists_do(self, desk: Desk, two: tuple[int, int]) -> None:
        figures = desk_pipeline(desk)
        assert figures == {"approval": 1, "application": 1}

    def test_the_picture_of_a_version_counts_its_own_cases(self, desk: Desk, two: tuple[int, int]) -> None:
        assert "第 2 版" in desk.page("org_dept", "/process")
        old = desk.page("org_dept", "/process?version=1")
        assert "审议中" in old
        assert "/cases?state=under_review&amp;version=1" in old
        listed = desk.page("org_dept", "/cases?state=under_review&version=1")
        assert "示例first有限公司" in listed
        assert "示例second有限公司" not in listed
        desk.page("org_dept", "/process?version=7", status=404)

    def test_both_go_on_to_their_end(self, desk: Desk, two: tuple[int, int]) -> None:
        for case_id in two:
            answer = desk.take("approver", case_id, "approve")
            assert answer.status_code == 303
            assert desk.district.state(desk.district.walk(case_id)) == "established"
            assert "已批复待选举" in desk.page("org_dept", f"/cases/{case_id}?history=all")

    def test_a_moved_case_keeps_its_whole_history(self, desk: Desk, two: tuple[int, int]) -> None:
        old, _ = two
        move_cases(desk.district.runtime, actor_id=desk.district.people["admin"])
        page = desk.page("org_dept", f"/cases/{old}?history=all")
        assert "改按流程第 2 版办理" in page
        assert "审议中" in page
        with desk.district.db.reading() as session:
            assert session.scalars(select(Case.definition_version).where(Case.id == old)).one() == 2


def desk_pipeline(desk: Desk) -> dict[str, int]:
    """The cases at each stage, as the manager's pipeline has them."""
    runtime = desk.district.runtime
    with desk.district.db.reading() as session:
        manager = load_actor(session, desk.district.people["org_dept"], runtime.today())
        found = pipeline(session, manager, versions=runtime.versions(session), today=runtime.today())
    return {line.stage.code: line.now.number for line in found.stages if line.now.number}
