"""Many hands on one line of a register, on both stores: the same form counts once, and one correction wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.district import District
from workflow.campaign.standing import stands
from workflow.errors import Conflict, NotPermitted
from workflow.models import Honour
from workflow.registers import record_line, register_of
from workflow.reports import Format, Wanted, issue_report, issued_file, issued_reports

HANDS = 4


def together(work: Callable[[int], object]) -> Counter[str]:
    def outcome(number: int) -> str:
        try:
            return str(work(number))
        except Conflict:
            return "conflict"

    with ThreadPoolExecutor(HANDS) as pool:
        return Counter(pool.map(outcome, range(HANDS)))


def test_the_same_form_sent_by_many_hands_counts_once_and_one_correction_wins(district: District) -> None:
    honours, office = register_of("honours"), district.people["org_dept"]
    values = {"kind": "model", "enterprise_id": district.codes["first"], "named_on": "2026-03-05"}
    sent = together(lambda _: record_line(district.runtime, office, honours, values, key="the same"))
    assert len(sent) == 1, "each hand got the one line's number"
    (number,) = (int(one) for one in sent)

    def correct(hand: int) -> int:
        other = {**values, "named_on": f"2026-03-{10 + hand}"}
        return record_line(district.runtime, office, honours, other, replaces=number, reason=f"更正 {hand}")

    corrected = together(correct)
    assert corrected["conflict"] == HANDS - 1
    with district.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Honour)) == 2
        assert session.scalar(select(func.count()).select_from(Honour).where(stands(Honour))) == 1


def test_a_report_issued_by_many_hands_with_one_key_is_issued_once(district: District) -> None:
    runtime, office = district.runtime, district.people["org_dept"]
    wanted = Wanted("coverage", date(2026, 1, 1), date(2026, 11, 23))
    (number,) = together(lambda _: issue_report(runtime, office, wanted, "the same"))
    with district.db.reading() as session:
        assert [one.id for one in issued_reports(session, runtime, office)] == [int(number)]
        kept = issued_file(session, runtime, office, int(number), Format.DOCX)
        with pytest.raises(NotPermitted):
            issued_file(session, runtime, district.people["clerk"], int(number), Format.DOCX)
    assert kept.startswith(b"PK")
