"""What papers say where a branch has a committee, is founded jointly, or an election took more than one round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from workflow.definition.library import shipped_definitions
from workflow.errors import InvalidInput
from workflow.papers.official import Grid, OfficialPaper, numbered, ordinal
from workflow.papers.subject import DUTIES, Subject
from workflow.papers.wording import candidates, election, founding, result

NAMES = ("丁一", "王二", "石四", "李五", "张三")
SLATE = [
    *({"name": name, "post": "member"} for name in NAMES[:4]),
    {"name": "张三", "post": "secretary"},
    {"name": "王二", "post": "deputy"},
]
ELECTED = [*({"name": name, "post": "member"} for name in NAMES[:3]), *SLATE[4:]]
FACTS: Mapping[str, Any] = {
    "with_committee": True,
    "request_no": "甬企〔2026〕1号",
    "meeting_on": "2026-03-09",
    "held_on": "2026-04-02",
    "roll": 9,
    "attending": 8,
    "excused": [{"cause": "bedridden", "paper_no": "商党〔2026〕6号"}],
    "candidates": SLATE,
    "scrutineers": [{"name": "石四", "duty": "scrutineer"}, {"name": "李五", "duty": "teller"}],
    "ballots": [
        {"round": 1, "issued": 8, "returned": 8, "valid": 7, "void": 1},
        {"round": 2, "issued": 8, "returned": 8, "valid": 8, "void": 0},
    ],
    "votes": [
        {"round": 1, "name": "丁一", "post": "member", "yes": 7, "no": 0, "abstain": 0},
        {"round": 2, "name": "赵六", "post": "member", "yes": 2, "no": 5, "abstain": 1},
    ],
    "elected": ELECTED,
    "term_to": "2029-04-20",
}


def subject(form: str = "single", **facts: Any) -> Subject:
    return Subject(
        branch_name="中共示例公司支部委员会",
        enterprise="示例有限公司",
        credit_code="91330200MA2XXXXX0X",
        founded_on=date(2009, 5, 1),
        employees=210,
        full_members=9,
        probationary_members=2,
        activists=4,
        form=form,
        committee="甲镇商会党委",
        filing_desk="示例区委组织部",
        issuer="示例区委",
        instructor="陈指导",
        committee_line=7,
        margin_percent=20,
        quorum_fifths=4,
        facts={**FACTS, **facts},
    )


REQUEST = {
    "branch_name": "中共示例公司支部委员会",
    "nature": "民营企业",
    "business": "精密零件",
    "membership": "to_come",
    "grounds": "加强党员教育管理。",
    "committee_size": 3,
    "proposed_secretary": "张三",
    "attachments": "党员情况登记表\n\n联合组建协议",
    "contact": "王联系",
    "phone": "0574-88880000",
    "dated_on": "2026-03-02",
}
BALLOT = {"branch_name": "中共示例公司支部委员会", "committee_seats": 3, "deputy_posts": 1, "candidates": SLATE}


def text(paper: OfficialPaper) -> str:
    return "\n".join(paper.lines())


def test_a_request_for_a_branch_with_a_committee_names_its_size_and_keeps_to_one_addressee() -> None:
    paper = founding.founding_request(subject(), REQUEST)
    assert paper.addressee == "甲镇商会党委"
    assert "成立于2009年5月，主要从事精密零件，现有职工210人。" in text(paper)
    assert "组织关系拟转入" in text(paper)
    assert "拟单独成立党支部，设支部委员会，由3人组成，其中书记1名" in text(paper)
    assert "因正式党员不足" not in text(paper)
    assert paper.attachments == ("党员花名册", "企业营业执照复印件", "党员情况登记表", "联合组建协议")


def test_a_joint_request_names_and_is_signed_by_all_units() -> None:
    paper = founding.founding_request(subject(form="joint"), REQUEST | {"joint_units": "甲公司、乙公司"})
    assert "示例有限公司、甲公司、乙公司拟联合成立党支部" in text(paper)
    assert paper.signed_by == "示例有限公司、甲公司、乙公司"
    with pytest.raises(InvalidInput) as refused:
        founding.founding_request(subject(form="joint"), REQUEST)
    assert list(refused.value.fields) == ["joint_units"]


def test_the_margin_is_said_in_numbers_and_officers_stand_equal() -> None:
    words = candidates.seats_and_margin(subject(), BALLOT, SLATE)
    assert "委员名额3名，候选人4名，差额1名（差额不少于应选名额的20%）" in words
    assert "书记1名、副书记1名，等额，由支部委员会全体会议选举产生" in words
    assert "差额" not in candidates.seats_and_margin(subject(), {"committee_seats": 0}, SLATE[4:])


def test_with_a_committee_there_is_a_ballot_for_the_seats_and_one_for_the_officers() -> None:
    paper = election.ballot_paper(subject(), BALLOT | {"election_planned_on": "2026-04-02"})
    headings = [block for block in paper.paragraphs if isinstance(block, str) and "选票（" in block]
    assert headings == ["支部委员会委员选票（应选3名，候选人4名）", "书记、副书记选票（应选2名，等额）"]
    grids = [block for block in paper.paragraphs if isinstance(block, Grid)]
    assert [grid.rows[0] for grid in grids] == [
        ("候选人", "丁一", "王二", "石四", "李五"),
        ("另选人", "", "", ""),
        ("候选人", "张三", "王二"),
        ("另选人", "", ""),
    ]
    kinds = [type(block) for block in paper.paragraphs]
    assert (Grid, Grid) not in pairwise(kinds), "Word makes one table of two that touch"
    assert all(sum(grid.widths) <= 156 for grid in grids)


def test_the_count_sheet_has_each_round_the_excused_and_the_write_ins() -> None:
    paper = election.count_sheet(subject(), {"branch_name": "中共示例公司支部委员会", "place": "会议室"})
    assert "应到会（有选举权）9人，实到会8人，不计入应到会1人。" in text(paper)
    rows = [row for block in paper.paragraphs if isinstance(block, Grid) for row in block.rows]
    assert ("1", "年老体弱卧床不起、生活不能自理", "商党〔2026〕6号") in rows
    assert {("1", "8", "8", "7", "1"), ("2", "8", "8", "8", "0")} <= set(rows)
    assert ("2", "赵六（另选）", "委员", "2", "5", "1") in rows
    assert "另选人：赵六。" in text(paper)
    assert "石四（监票人）、李五（计票人）" in text(paper)


def test_the_report_names_members_first_then_who_they_elected() -> None:
    entered = {"branch_name": "中共示例公司支部委员会", "place": "会议室", "chair": "石四", "dated_on": "2026-04-03"}
    duties = [{"name": "张三", "duty": "主持全面工作"}, {"name": "王二", "duty": "组织"}]
    paper = result.result_report(subject(), {**entered, "division": duties, "contact": "王联系", "phone": "1"})
    assert "丁一、王二、石四3名同志当选为支部委员会委员。" in text(paper)
    assert "经支部委员会第一次全体会议选举，张三同志当选为书记，王二同志当选为副书记。" in text(paper)
    assert "第2轮发出选票8张，收回8张，其中有效票8张，无效票0张，选举有效。" in text(paper)
    assert "班子分工：张三同志，主持全面工作；王二同志，组织。" in text(paper)


def test_the_report_tells_the_first_meeting_of_the_committee_with_its_votes() -> None:
    votes = [{"name": "张三", "post": "secretary", "yes": 2, "no": 0, "abstain": 1}]
    met = subject(first_meeting_on="2026-04-02", first_meeting_attending=3, officer_votes=votes)
    entered = {"branch_name": "支部", "place": "会议室", "chair": "石四", "dated_on": "2026-04-03"}
    paper = result.result_report(met, {**entered, "division": [], "contact": "王联系", "phone": "1"})
    assert "2026年4月2日召开支部委员会第一次全体会议，应到委员3名，实到3名，以无记名投票方式选举：" in text(paper)
    assert "书记候选人张三同志得赞成票2票、不赞成票0票、弃权票1票。张三同志当选为书记" in text(paper)


@pytest.mark.parametrize("missing", ["held_on", "votes", "ballots", "roll"])
def test_a_fact_that_is_not_there_yet_is_named_and_nothing_is_written(missing: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        election.count_sheet(subject(**{missing: None}), {"branch_name": "支部", "place": "会议室"})
    assert list(refused.value.fields) == [missing]


def test_the_causes_and_duties_are_those_of_the_process() -> None:
    fields = shipped_definitions()["branch_formation"].transitions["record_election"].fields
    for name, column, words in (("excused", 0, election.CAUSES), ("committee_duties", 1, DUTIES)):
        rows = next(field for field in fields if field.name == name)
        assert {code: label.zh for code, label in rows.columns[column].choices.items()} == words


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 10, 11, 20, 21, 99)] == ["一", "十", "十一", "二十", "二十一", "九十九"]
    assert numbered(("甲", "乙")) == ("一、甲", "二、乙")
