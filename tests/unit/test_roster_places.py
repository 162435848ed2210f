"""Towns and chambers by their many names."""

from __future__ import annotations

import pytest

from workflow.models import OrganisationType
from workflow.roster.bodies import chamber_type, town_body
from workflow.roster.places import place_key, town_as_sheet_name, town_within


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("姜山镇", "姜山镇"),
        ("姜山镇党委", "姜山镇"),
        ("姜山镇 党委", "姜山镇"),
        ("中共姜山镇委员会", "姜山镇"),
        ("中共宁波市鄞州区姜山镇委员会", "姜山镇"),
        ("鄞州区姜山镇", "姜山镇"),
        ("首南街道党工委", "首南街道"),
        ("中国共产党宁波市鄞州区首南街道工作委员会", "首南街道"),
        ("新市镇党委", "新市镇"),
        ("市桥街道党工委", "市桥街道"),
        ("姜山镇商会党组织", "姜山镇商会"),
        ("姜山镇商会党委", "姜山镇商会"),
        ("姜山镇商会党总支", "姜山镇商会"),
        ("中共姜山镇商会支部委员会", "姜山镇商会"),
        ("中共姜山镇商会总支部委员会", "姜山镇商会"),
        ("姜山镇商会", "姜山镇商会"),
    ],
)
def test_all_names_of_a_body_share_one_key(name: str, key: str) -> None:
    assert place_key(name) == key


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("姜山镇非公有制企业党建工作摸排表", "姜山镇"),
        ("鄞州区姜山镇非公有制企业摸排表", "姜山镇"),
        ("宁波市鄞州区五乡镇非公企业", "五乡镇"),
        ("2026年集士港镇摸排表", "集士港镇"),
        ("镇海区招宝山街道", "招宝山街道"),
        ("非公有制企业党建工作摸排表（下应街道）", "下应街道"),
        ("全区各镇街汇总", ""),
        ("请改为镇街名", ""),
        ("", ""),
    ],
)
def test_a_town_is_found_inside_a_title(text: str, town: str) -> None:
    assert town_within(text) == town


def test_only_a_whole_town_counts_as_a_sheet_named_after_one() -> None:
    assert town_as_sheet_name("鄞州区姜山镇") == "姜山镇"
    assert town_as_sheet_name("望春工业园区") == "望春工业园区"
    assert town_as_sheet_name("Sheet1") == ""
    assert town_as_sheet_name("姜山镇企业") == ""


def test_a_town_has_a_committee_and_a_street_a_working_committee() -> None:
    assert town_body("姜山镇") == ("姜山镇党委", OrganisationType.COMMITTEE)
    assert town_body("首南街道") == ("首南街道党工委", OrganisationType.WORKING_COMMITTEE)
    assert town_body("望春工业园区") == ("望春工业园区党工委", OrganisationType.WORKING_COMMITTEE)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("姜山镇商会党委", OrganisationType.COMMITTEE),
        ("中共姜山镇商会委员会", OrganisationType.COMMITTEE),
        ("姜山镇商会党总支", OrganisationType.GENERAL_BRANCH),
        ("中共姜山镇商会总支部委员会", OrganisationType.GENERAL_BRANCH),
        ("姜山镇商会党支部", OrganisationType.BRANCH),
        ("中共姜山镇商会支部委员会", OrganisationType.BRANCH),
        ("商务区商会党工委", OrganisationType.WORKING_COMMITTEE),
        ("姜山镇商会党组织", OrganisationType.UNSPECIFIED),
        ("姜山镇商会", OrganisationType.UNSPECIFIED),
    ],
)
def test_a_chamber_is_of_the_type_its_name_states_and_else_may_not_approve(name: str, kind: OrganisationType) -> None:
    assert chamber_type(name) is kind
