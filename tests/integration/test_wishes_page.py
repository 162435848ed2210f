"""Notice settings, on the page and through the API: kept, and refused with words where they must be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import Office, small_office
from tests.desk import Desk
from tests.district import District
from tests.html_forms import form_to

PATH = "/me/notice-wishes"
Setting = tuple[District, Office]


@pytest.fixture(scope="module")
def setting(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """Whoever changes something puts it back."""
    with small_office(sqlite_template, tmp_path_factory.mktemp("wishes")) as setting:
        yield setting


def test_the_page_keeps_what_is_chosen_and_shows_it_again(desk: Desk) -> None:
    page = desk.page("clerk", "/me/notices")
    assert "法定通知" in page
    assert "站内通知始终即时送达" in page
    form = form_to(page, "/me/notices")
    assert form.fields["deadline.email"] == "at_once"
    form.fields |= {"deadline.email": "daily", "copy.email": "off", "quiet_from": "22:00", "quiet_to": "07:00"}
    assert desk.send("clerk", form).location == "/me/notices"
    kept = form_to(desk.page("clerk", "/me/notices"), "/me/notices").fields
    assert (kept["deadline.email"], kept["copy.email"], kept["transition.email"]) == ("daily", "off", "at_once")
    assert (kept["quiet_from"], kept["quiet_to"], kept["digest_at"]) == ("22:00", "07:00", "08:00")


def test_a_statutory_kind_is_not_switched_off_and_what_was_entered_stays(desk: Desk) -> None:
    form = form_to(desk.page("clerk", "/me/notices"), "/me/notices")
    form.fields |= {"deadline.email": "off", "digest_at": "18:30"}
    answer = desk.send("clerk", form)
    assert answer.status_code == 422
    assert "是法定通知，不能在所有渠道关闭" in answer.text
    again = form_to(answer.text, "/me/notices").fields
    assert (again["deadline.email"], again["digest_at"]) == ("off", "18:30")
    kept = form_to(desk.page("clerk", "/me/notices"), "/me/notices").fields
    assert (kept["deadline.email"], kept["digest_at"]) == ("at_once", "08:00")


def test_without_an_address_there_are_only_times_and_the_way_there_is_on_both_pages(desk: Desk) -> None:
    assert "通知只在站内送达" in desk.page("approver", "/me/notices")
    assert 'href="/me/notices"' in desk.page("approver", "/notices")
    assert 'href="/me/notices"' in desk.page("approver", "/me")


def test_a_program_reads_and_replaces_wishes(setting: Setting) -> None:
    clerk = setting[1]("clerk")
    first = clerk.get(PATH)
    assert [one["channel"] for one in first["channels"]] == ["email"]
    kinds = {one["kind"]: one for one in first["kinds"]}
    assert kinds["deadline"]["is_statutory"]
    assert not kinds["copy"]["is_statutory"]
    wanted = {
        "paces": [{"kind": "sign", "channel": "email", "pace": "hourly"}],
        "quiet_from": "12:00",
        "quiet_to": "13:30",
        "digest_at": "17:00",
    }
    answer = clerk.expect("PUT", PATH, json=wanted).json
    assert {one["kind"]: one["paces"]["email"] for one in answer["kinds"]}["sign"] == "hourly"
    assert clerk.get(PATH) == answer
    # What is left out goes back to its default.
    back = clerk.expect("PUT", PATH, json={"paces": []}).json
    assert back == first


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"paces": [{"kind": "sign", "channel": "email", "pace": "off"}]}, "sign"),
        ({"paces": [{"kind": "none", "channel": "email", "pace": "off"}]}, "none.email"),
        ({"paces": [{"kind": "copy", "channel": "sms", "pace": "off"}]}, "copy.sms"),
        ({"paces": [{"kind": "copy", "channel": "email", "pace": "weekly"}]}, "copy.email"),
        ({"paces": [], "quiet_from": "22:00"}, "quiet_to"),
        ({"paces": [], "quiet_from": "22:00", "quiet_to": "22:00"}, "quiet_to"),
        ({"paces": [], "digest_at": "24:00"}, "digest_at"),
    ],
)
def test_what_cannot_be_wished_is_refused_by_its_field(setting: Setting, wanted: dict[str, object], field: str) -> None:
    clerk = setting[1]("clerk")
    before = clerk.get(PATH)
    answer = clerk.send("PUT", PATH, json=wanted)
    assert answer.status == 422
    assert list(answer.json["fields"]) == [field]
    assert clerk.get(PATH) == before
