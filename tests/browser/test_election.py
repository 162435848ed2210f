"""An election typed in on a phone: seven members, a tie at the cut, a second round, the committee's own election."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.hands import press
from tests.browser.test_frame import assert_well_made, open_page, sign_in
from tests.district import District
from tests.visitor import make_app

ELECTED = [("张三", "member"), ("李四", "member"), ("王五", "member"), ("张三", "secretary")]


@pytest.fixture
def ready(sqlite_district: District, serve: Callable[[Flask], str]) -> tuple[District, int, str]:
    """Seven members, three seats, four cleared candidates."""
    district = sqlite_district
    district.set_members(7)
    case_id = district.walk(district.open(), until="candidates_cleared")
    return district, case_id, serve(make_app(district.runtime))


def enter(page: Page, fields: Mapping[str, str]) -> None:
    for name, value in fields.items():
        control = page.locator(f'#entry [name="{name}"]')
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def ballot_row(row: int) -> dict[str, str]:
    return {f"ballots.{row}.{name}": number for name, number in (("returned", "7"), ("valid", "7"), ("void", "0"))}


def votes(first: int, *yes: int) -> dict[str, str]:
    """Rows of votes from one on; who does not say yes abstains."""
    return {
        f"votes.{row}.{name}": str(number)
        for row, n in enumerate(yes, start=first)
        for name, number in (("yes", n), ("no", 0), ("abstain", 7 - n))
    }


def values(page: Page, name: str) -> str:
    return page.locator(f'#entry [name="{name}"]').input_value()


@pytest.mark.parametrize("has_script", [True, False])
def test_a_tie_is_voted_on_again_and_the_result_recorded(
    browser: Browser, ready: tuple[District, int, str], has_script: bool
) -> None:
    district, case_id, address = ready
    page, said = open_page(browser, 360, java_script_enabled=has_script)
    sign_in(page, address, "instructor.user")
    page.goto(f"{address}/cases/{case_id}/election")
    press(page.get_by_role("link", name="记录选举结果"))
    assert [values(page, f"votes.{row}.name") for row in range(4)] == ["张三", "李四", "王五", "赵六"]
    names = "张三、李四、王五、赵六、钱七、孙八、周九"
    scrutineer = {"scrutineers.0.name": "钱七", "scrutineers.0.duty": "scrutineer"}
    enter(page, {"attending": "7", "signed_in": names, **scrutineer, "scrutineers.0.is_full_member": "true"})
    enter(page, {"ballots.0.issued": "7", **ballot_row(0), **votes(0, 6, 5, 4, 4)})

    check = page.locator("#count")
    if not has_script:
        press(check.get_by_role("button", name="核对计票"))
    check.get_by_text("票数相等：就 王五、赵六 再次投票，选 1 名，记为第 2 轮").wait_for()
    press(check.get_by_role("button", name="填入第 2 轮"))
    assert [values(page, f"votes.{row}.name") for row in (4, 5)] == ["王五", "赵六"]
    assert (values(page, "signed_in"), values(page, "ballots.1.issued")) == (names, "7")
    assert check.get_by_role("button", name="填入第").count() == 0

    enter(page, {**ballot_row(1), **votes(4, 4, 3)})
    enter(page, {"first_meeting_on": district.runtime.today().isoformat(), "first_meeting_attending": "3"})
    enter(page, {"officer_votes.0.yes": "3", "officer_votes.0.no": "0", "officer_votes.0.abstain": "0"})
    if not has_script:
        press(check.get_by_role("button", name="核对计票"))
    check.get_by_text("委员：应选 3，已当选 3（张三、李四、王五）").wait_for()
    press(check.get_by_role("button", name="按计票填入当选名单"))
    check.get_by_text("各项相符，可以提交").wait_for()
    if has_script:
        assert_well_made(page)
    press(page.get_by_role("button", name="核对：记录选举结果").last)
    press(page.locator('button[name="checked"]'))

    facts = district.case(case_id).facts
    assert district.state(case_id) == "elected"
    assert [(row["name"], row["post"]) for row in facts["elected"]] == ELECTED
    assert said == []
