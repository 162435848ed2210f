"""Importing a roster in the web: tried first, then imported from the page of the trial, errors to take home."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.desk import Desk
from tests.rosters import enterprise, town
from workflow.import_run import run_next
from workflow.jobs import Status
from workflow.models import Enterprise, ImportJob, RoleAssignment
from workflow.roster import write_template
from workflow.roster.archive import MAX_FILE

ROWS = (enterprise(1), enterprise(2, 是否已建党组织="是"), enterprise(3, 正式党员="若干"), enterprise(1))
ROSTER = town(*ROWS)


def folder(desk: Desk) -> Path:
    return desk.district.runtime.documents_dir.parent / "imports"


def hand_in(desk: Desk, data: bytes = ROSTER, name: str = "姜山镇.xlsx") -> TestResponse:
    return desk.as_("org_dept").post("/imports", {"file": (io.BytesIO(data), name)})


def work(desk: Desk) -> None:
    """What the worker does with a waiting import."""
    assert run_next(desk.district.runtime, folder(desk))


def tried(desk: Desk, data: bytes = ROSTER) -> str:
    """The address of a trial that is done."""
    address = hand_in(desk, data).headers["Location"]
    work(desk)
    return address


def imported(desk: Desk, data: bytes = ROSTER) -> str:
    address = tried(desk, data)
    answer = desk.as_("org_dept").post(f"{address}/run", {"create_organisations": "true"})
    assert answer.status_code == 303
    work(desk)
    return answer.headers["Location"]


def enterprises(desk: Desk) -> int:
    with desk.district.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Enterprise)) or 0


def job(desk: Desk, address: str) -> ImportJob:
    with desk.district.db.reading() as session:
        return session.get_one(ImportJob, int(address.rpartition("/")[2]))


def test_an_upload_waits_as_a_trial_under_a_name_nobody_can_guess(desk: Desk) -> None:
    answer = hand_in(desk, name="../../名册 <1>.xlsx")
    assert answer.status_code == 303
    waiting = job(desk, answer.headers["Location"])
    assert (waiting.filename, waiting.dry_run, waiting.status) == ("名册 <1>.xlsx", True, Status.WAITING)
    assert [path.name for path in folder(desk).iterdir()] == [waiting.stored_name]
    assert (folder(desk) / waiting.stored_name).read_bytes() == ROSTER
    page = desk.page("org_dept", answer.headers["Location"])
    assert "名册 &lt;1&gt;.xlsx" in page
    assert f'hx-get="{answer.headers["Location"]}/progress"' in page
    assert '<meta http-equiv="refresh"' in page


def test_a_trial_tells_what_would_happen_and_writes_nothing(desk: Desk) -> None:
    before = enterprises(desk)
    page = desk.page("org_dept", tried(desk))
    assert enterprises(desk) == before
    for words in ("还没有写入任何数据", "正式导入 2 行", "姜山镇党委", "若干", "人数不是整数"):
        assert words in page


def test_progress_shows_how_far_it_is_and_then_the_page_itself(desk: Desk) -> None:
    address = hand_in(desk).headers["Location"]
    fragment = desk.page("org_dept", f"{address}/progress")
    assert "等待处理" in fragment
    assert "<html" not in fragment
    with desk.district.db.unit_of_work() as session:
        running = session.get_one(ImportJob, 1)
        running.status, running.rows_done, running.rows_total = Status.RUNNING, 500, 20000
    assert "已处理 500 / 20000 行" in desk.page("org_dept", f"{address}/progress")
    with desk.district.db.unit_of_work() as session:
        session.get_one(ImportJob, 1).status = Status.WAITING
    work(desk)
    done = desk.as_("org_dept").get(f"{address}/progress")
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, address)


def test_missing_organisations_are_created_only_when_ticked(desk: Desk) -> None:
    address = tried(desk)
    refused = desk.as_("org_dept").post(f"{address}/run")
    assert refused.status_code == 422
    assert refused.text.count("2 个组织不在组织树里") == 1
    assert job(desk, "/imports/1").dry_run
    answer = desk.as_("org_dept").post(f"{address}/run", {"create_organisations": "true"})
    work(desk)
    page = desk.page("org_dept", answer.headers["Location"])
    assert "导入完成" in page
    assert "新建的组织" in page


def test_the_import_takes_the_same_file_and_reports(desk: Desk) -> None:
    before = enterprises(desk)
    address = imported(desk)
    done = job(desk, address)
    assert (done.dry_run, done.status, done.filename) == (False, Status.DONE, "姜山镇.xlsx")
    assert (done.counts["created"], done.counts["cases_opened"], done.counts["covered"]) == (2, 1, 1)
    assert enterprises(desk) == before + 2
    history = desk.page("org_dept", "/imports")
    assert history.count("姜山镇.xlsx") == 2
    assert "正式导入" in history
    assert "宁波第1机械有限公司" in desk.page("org_dept", "/cases?state=no_branch")


def test_the_same_roster_again_has_nothing_to_import(desk: Desk) -> None:
    imported(desk)
    address = tried(desk)
    page = desk.page("org_dept", address)
    assert "不用再导入" in page
    assert "正式导入 2 行" not in page


def test_the_rows_sent_back_can_be_taken_home(desk: Desk) -> None:
    address = tried(desk)
    assert f"{address}/errors" in desk.page("org_dept", address)
    answer = desk.as_("org_dept").get(f"{address}/errors")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    cells = [str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0] for cell in row]
    assert "若干" in cells


def test_an_import_without_rows_sent_back_has_no_such_file(desk: Desk) -> None:
    address = tried(desk, town(enterprise(7)))
    assert "/errors" not in desk.page("org_dept", address)
    desk.page("org_dept", f"{address}/errors", status=404)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_roster_says_so_and_leads_back(data: bytes, desk: Desk) -> None:
    address = tried(desk, data)
    page = desk.page("org_dept", address)
    assert "未完成" in page
    assert "重新上传" in page
    assert desk.as_("org_dept").post(f"{address}/run").status_code == 422


def test_nothing_chosen_is_said_at_the_field(desk: Desk) -> None:
    answer = desk.as_("org_dept").post("/imports")
    assert answer.status_code == 422
    assert "请选择要导入的 .xlsx 文件" in answer.text
    assert "错误：" in answer.text


def test_a_file_that_is_gone_has_to_be_uploaded_again(desk: Desk) -> None:
    address = tried(desk)
    (folder(desk) / job(desk, address).stored_name).unlink()
    answer = desk.as_("org_dept").post(f"{address}/run", {"create_organisations": "true"})
    assert answer.status_code == 422
    assert "请重新上传" in answer.text


def test_an_import_that_broke_off_can_be_taken_up_again(desk: Desk) -> None:
    address = imported(desk)
    with desk.district.db.unit_of_work() as session:
        broken = session.get_one(ImportJob, job(desk, address).id)
        broken.status, broken.counts, broken.message = Status.FAILED, {}, {"zh": "中断", "en": "broken off"}
    assert "再次导入" in desk.page("org_dept", address)
    again = desk.as_("org_dept").post(f"{address}/run").headers["Location"]
    work(desk)
    assert job(desk, again).counts["changes_nothing"]


def test_the_template_is_the_one_the_import_reads(desk: Desk) -> None:
    answer = desk.as_("org_dept").get("/imports/template")
    expected = io.BytesIO()
    write_template(expected)
    ours, theirs = (openpyxl.load_workbook(io.BytesIO(data)) for data in (answer.data, expected.getvalue()))
    assert ours.sheetnames == theirs.sheetnames
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("who", ["instructor", "clerk", "federation", "admin", "auditor"])
def test_only_managers_import(who: str, desk: Desk) -> None:
    address = tried(desk)
    for path in ("/imports", "/imports/template", address, f"{address}/progress", f"{address}/errors"):
        desk.page(who, path, status=403)
    assert desk.as_(who).post(f"{address}/run").status_code == 403


def test_a_manager_of_one_town_alone_does_not_import(desk: Desk) -> None:
    with desk.district.db.unit_of_work() as session:
        role = session.scalars(
            select(RoleAssignment).where(RoleAssignment.user_id == desk.district.people["social_work"])
        ).one()
        role.organisation_id = desk.district.bodies["town"]
    desk.page("social_work", "/imports", status=403)


def test_an_unknown_import_is_not_there(desk: Desk) -> None:
    desk.page("org_dept", "/imports/77", status=404)
    desk.page("org_dept", "/imports/77/progress", status=404)


def test_a_file_larger_than_a_roster_may_be_is_refused_at_upload_on_the_form(desk: Desk) -> None:
    answer = hand_in(desk, b"x" * (MAX_FILE + 1))
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 422
    assert "文件超过 20 MB" in answer.text
    assert 'name="file"' in answer.text
    assert not folder(desk).exists() or not list(folder(desk).iterdir())
