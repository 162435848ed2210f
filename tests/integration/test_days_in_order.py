"""Days that are entered keep the order of the papers, those that come late among them."""

from __future__ import annotations

import pytest

from tests.district import District
from workflow.errors import TransitionRefused


def refused(district: District, case_id: int, who: str, action: str, **changes: object) -> str:
    entered = {**district.example(case_id, who, action), **changes}
    with pytest.raises(TransitionRefused) as found:
        district.do(case_id, who, action, entered)
    return found.value.text.zh


def test_a_request_is_not_older_than_the_day_it_was_found_ready(district: District) -> None:
    case_id = district.walk(district.open(), until="ready")
    for code in ("D01", "D02", "D06"):
        district.paper(case_id, "instructor", code)
    assert "早于认定条件成熟 2026-11-23" in refused(
        district, case_id, "instructor", "submit", requested_on="1990-01-01"
    )
    assert district.state(case_id) == "ready"


def test_a_request_written_before_it_is_entered_stands_with_its_own_day(district: District) -> None:
    case_id = district.walk(district.open(), until="ready")
    district.clock.advance(days=10)
    for code in ("D01", "D02", "D06"):
        district.paper(case_id, "instructor", code)
    district.do(case_id, "instructor", "submit", {"requested_on": "2026-11-25"})
    district.do(case_id, "clerk", "accept")
    entered = {**district.example(case_id, "approver", "approve"), "meeting_on": "2026-11-24"}
    with pytest.raises(TransitionRefused, match="before the request of 2026-11-25"):
        district.do(case_id, "approver", "approve", entered)
    district.do(case_id, "approver", "approve", entered | {"meeting_on": "2026-11-26"})


def test_an_election_is_not_planned_for_a_day_that_has_passed(district: District) -> None:
    case_id = district.walk(district.open(), until="approved")
    words = refused(district, case_id, "instructor", "submit_candidates", election_planned_on="2020-01-01")
    assert "早于成立批复" in words
    assert "早于办理日期" in words


def test_a_term_does_not_begin_in_another_age(district: District) -> None:
    case_id = district.walk(district.open(), until="result_submitted")
    words = refused(district, case_id, "approver", "confirm_result", term_from="2099-01-01")
    assert "任期起始日 2099-01-01 晚于 2027-11-23" in words
