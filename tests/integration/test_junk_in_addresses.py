"""Pages asked for with what no store can hold: refused or not there, on both stores, and never an error of ours."""

from __future__ import annotations

import pytest

from tests.district import PASSWORD, District
from tests.visitor import Visitor, make_app


@pytest.fixture
def visitor(district: District) -> Visitor:
    visitor = Visitor(make_app(district.runtime))
    visitor.sign_in("org_dept.user")
    return visitor


@pytest.mark.parametrize("address", ["/cases?q=%00", "/cases?town=a%00", "/cases?q=ok&q=%00", "/enterprises?q=%00"])
def test_a_nul_in_an_address_is_refused(address: str, visitor: Visitor) -> None:
    assert visitor.get(address).status_code == 400


def test_a_nul_in_a_form_is_refused(district: District) -> None:
    stranger = Visitor(make_app(district.runtime))
    assert stranger.sign_in("clerk.user\x00", PASSWORD).status_code == 400
    assert stranger.sign_in("clerk.user", PASSWORD).status_code == 303


@pytest.mark.parametrize("address", ["/cases/{}", "/cases/{}/documents", "/documents/{}", "/enterprises/{}"])
@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**40])
def test_a_row_number_no_store_can_hold_is_not_there(address: str, number: int, visitor: Visitor) -> None:
    assert visitor.get(address.format(number)).status_code == 404
