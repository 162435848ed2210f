"""The election desk in a browser: what is in view, what is printed, and the count sheet checked while it is typed."""

from __future__ import annotations

import re

from tests.desk import Desk
from tests.html_forms import form_to, forms


def words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


def test_the_desk_shows_the_roll_and_the_candidates_and_leads_to_the_record(desk: Desk) -> None:
    desk.district.set_members(7)
    case_id = desk.district.walk(desk.district.open(), until="candidates_cleared")

    page = words(desk.page("instructor", f"/cases/{case_id}/election"))

    assert "委员：应选3名，差额1名。张三、李四、王五、赵六" in page
    assert "全部应到会时，至少实到6" in page
    assert "自费出国半年以上" in page
    assert "记录选举结果" in page
    assert "记录选举结果" not in words(desk.page("clerk", f"/cases/{case_id}/election"))


def test_ballots_are_printed_and_the_papers_of_each_step_are_offered(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="candidates_cleared")
    address = f"/cases/{case_id}/election"

    ballot = words(desk.page("instructor", f"{address}/ballot"))
    assert "支部书记选票" in ballot
    assert "张三" in ballot
    assert "另选他人" in ballot
    assert f"/cases/{case_id}/papers/D11" in desk.page("instructor", address)

    desk.district.walk(case_id, until="elected")
    assert f"/cases/{case_id}/papers/D15" in desk.page("instructor", address)


def test_the_count_sheet_is_checked_by_the_guards_while_it_is_typed_and_nothing_is_kept(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="candidates_cleared")
    form = desk.filled("instructor", case_id, "record_election")
    before = desk.district.case(case_id).version

    def check(**changes: str) -> str:
        fields = {**form.fields, **changes}
        answer = desk.as_("instructor").post(
            f"/cases/{case_id}/election/check/record_election", fields, token=fields.pop("csrf_token")
        )
        assert answer.status_code == 200
        return words(answer.text)

    assert "各项相符，可以提交" in check()
    assert "书记：应选1，已当选1（张三）" in check()
    assert "有效1+无效0≠收回3" in check(**{"ballots.0.valid": "1"})
    assert "还差1名：另行选举（记为第2轮）" in check(**{"votes.0.yes": "1", "votes.0.abstain": "2"})
    assert "不足五分之四：需要至少3人" in check(attending="2")
    assert "还有" in check(attending="")
    assert desk.district.case(case_id).version == before


def test_the_form_of_an_election_asks_for_the_check(desk: Desk) -> None:
    case_id = desk.district.walk(desk.district.open(), until="candidates_cleared")
    page = desk.page("instructor", f"/cases/{case_id}/actions/record_election")
    assert f'hx-post="/cases/{case_id}/election/check/record_election"' in page


def test_seats_left_open_are_voted_on_again_among_who_is_left_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.district.set_members(7)
    case_id = desk.district.walk(desk.district.open(), until="candidates_cleared")
    form = desk.filled("instructor", case_id, "record_election")
    form.fields |= {"votes.2.yes": "3", "votes.2.abstain": "4", "signed_in": "张三、李四"}

    answer = desk.send("instructor", form, fill="next_round")
    again = form_to(answer.text, f"/cases/{case_id}/actions/record_election").fields
    assert [again[f"votes.{row}.name"] for row in (4, 5)] == ["王五", "赵六"]
    assert (again["ballots.1.round"], again["ballots.1.issued"]) == ("2", "7")
    assert (again["signed_in"], again["votes.0.yes"]) == ("张三、李四", "7")
    assert "填入第2轮" not in words(answer.text), "its rows are there"
    assert "签到名单有2人，实到会填7人" not in words(answer.text), "first what is not filled in"


def test_the_report_is_filled_in_from_the_committees_first_meeting(desk: Desk) -> None:
    desk.district.set_members(7)
    case_id = desk.district.walk(desk.district.open(), until="candidates_cleared")
    example = desk.district.example(case_id, "instructor", "record_election")
    duties = [{"name": "李四", "duty": "organisation"}, {"name": "李四", "duty": "discipline"}]
    desk.district.do(case_id, "instructor", "record_election", example | {"committee_duties": duties})

    report = f"/cases/{case_id}/papers/D15"
    fields = next(form.fields for form in forms(desk.page("instructor", report)) if "division.0.name" in form.fields)
    rows = [(fields[f"division.{row}.name"], fields[f"division.{row}.duty"]) for row in range(3)]
    assert rows == [("张三", "书记"), ("李四", "组织委员、纪检委员"), ("王五", "")]
