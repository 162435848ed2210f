"""A chamber becomes a committee: what is not submitted yet is routed to it, what is stays where it is."""

from __future__ import annotations

import pytest

from tests.district import District
from workflow.engine.rerouting import set_organisation_type
from workflow.errors import InvalidInput, NotFound
from workflow.ledger import verify
from workflow.models import OrganisationType


def test_open_cases_follow_and_the_history_says_so(district: District) -> None:
    case_id = district.open("far")
    assert district.case(case_id).committee_id == district.bodies["other_town"]

    assert set_organisation_type(district.runtime, district.bodies["other_chamber"], OrganisationType.COMMITTEE) == 1

    assert district.case(case_id).committee_id == district.bodies["other_chamber"]
    assert district.actions(case_id)[-1] == "reroute"
    with district.db.reading() as session:
        assert verify(session).ok


def test_what_a_committee_has_before_it_stays_with_it(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    assert set_organisation_type(district.runtime, district.bodies["chamber"], OrganisationType.BRANCH) == 0
    assert district.case(case_id).committee_id == district.bodies["chamber"]


def test_a_change_that_would_leave_cases_without_a_body_is_refused_whole(district: District) -> None:
    district.open("far")
    set_organisation_type(district.runtime, district.bodies["district"], OrganisationType.UNSPECIFIED)
    with pytest.raises(InvalidInput):
        set_organisation_type(district.runtime, district.bodies["other_town"], OrganisationType.GENERAL_BRANCH)
    assert set_organisation_type(district.runtime, district.bodies["other_town"], OrganisationType.COMMITTEE) == 0


def test_an_unknown_body_is_not_found(sqlite_district: District) -> None:
    with pytest.raises(NotFound):
        set_organisation_type(sqlite_district.runtime, 999, OrganisationType.COMMITTEE)
