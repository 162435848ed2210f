"""Every route of the web against every kind of visitor, held against `tests/access_matrix.yaml`.

A new route without a row fails here, and so does a row whose answers are no longer those written down. Where a visitor
is turned away, the answer carries nothing of the case.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.client import PDF, Office, small_office
from tests.committee import Committee
from tests.district import PASSWORD, District
from tests.members import Members
from tests.visitor import Visitor, make_app
from workflow.members.training import NewTraining, hold_training
from workflow.models import HandoverPack, ImportJob, Notice
from workflow.people.packs import sign_pack
from workflow.publishing.move_run import run_at_once, start_move
from workflow.sessions import add_case

MATRIX = yaml.safe_load(Path(__file__).parents[1].joinpath("access_matrix.yaml").read_text(encoding="utf-8"))
VISITORS: Mapping[str, str | None] = MATRIX["visitors"]
ROWS: Mapping[str, Mapping[str, Any]] = MATRIX["rows"]
TURNED_AWAY = {302, 401, 403, 404}
SIGN_IN = "sign-in"


@pytest.fixture(scope="module")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with small_office(sqlite_template, tmp_path_factory.mktemp("matrix")) as (district, office):
        yield Place(district, office)


def test_every_route_has_a_row(place: Place) -> None:
    assert sorted(names(place.app) - ROWS.keys()) == [], "say in tests/access_matrix.yaml who may, and what others get"


def test_every_row_has_a_route(place: Place) -> None:
    assert sorted(ROWS.keys() - names(place.app)) == []


def test_a_new_route_is_missed_in_the_matrix(place: Place) -> None:
    app = make_app(place.district.runtime)
    app.add_url_rule("/planted", "planted", lambda: "", methods=["GET", "POST"])
    assert names(app) - names(place.app) == {"GET planted", "POST planted"}


@pytest.mark.parametrize("name", ROWS)
def test_the_route_answers_everybody_as_the_matrix_says(name: str, place: Place) -> None:
    assert place.answers(name) == dict(zip(VISITORS, ROWS[name]["is"], strict=True))


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Each route under the name its row has."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield f"{method} {rule.endpoint}", rule


def names(app: Flask) -> set[str]:
    return {name for name, _ in routes(app)}


def form_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row; `file` names a paper to bring with them."""
    fields = dict(row.get("form", {}))
    if "file" in fields:
        fields["file"] = (io.BytesIO(PDF), fields["file"])
    return fields


class Place:
    """A district with a case under review, and one visitor of each kind in front of it."""

    def __init__(self, district: District, office: Office) -> None:
        self.district, self.office = district, office
        self.app: Flask = office.app
        case_id = district.walk(district.open("first"), until="under_review")
        self.hidden, admin = "示例first有限公司", district.people["admin"]
        self.values = {
            "case_id": case_id,
            "document_id": 1,
            "enterprise_id": district.enterprises["first"],
            "credit_code": district.codes["first"],
            "notice_id": self._notice(district),
            "job_id": self._import(district),
            "move_id": run_at_once(district.runtime, start_move(district.runtime, actor_id=admin)).job.id,
            "action": "log_visit",
            "username": "other.user",
            "substitution_id": 1,
            "leave_id": 1,
            "pack_id": self._pack(district, case_id),
            "name": "app.js",
            "session_id": self._session(district, case_id),
            "interest_id": 1,
            "seq": district.case(2).version,
            "version": 1,
            **self._person(district),
        }
        self._visitors = {key: self._visitor(person) for key, person in VISITORS.items()}
        self._tokens = {key: visitor.token() for key, visitor in self._visitors.items()}

    def answers(self, name: str) -> dict[str, int | str]:
        """The status each visitor gets, after a look at what the refusals say."""
        rule = dict(routes(self.app))[name]
        return {key: self._answer(key, name, rule, ROWS.get(name, {})) for key in VISITORS}

    def _answer(self, key: str, name: str, rule: Rule, row: Mapping[str, Any]) -> int | str:
        method = name.partition(" ")[0]
        send = self._ask_api if rule.rule.startswith("/api/") else self._ask_page
        with send(key, method, self._address(rule, row), row) as answer:
            if answer.status_code in TURNED_AWAY:
                assert self.hidden not in answer.text
                assert str(self.values["credit_code"]) not in answer.text
            is_asked_in = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")
            return SIGN_IN if is_asked_in else answer.status_code

    def _address(self, rule: Rule, row: Mapping[str, Any]) -> str:
        values = {name: row.get("with", self.values).get(name, self.values.get(name)) for name in rule.arguments}
        unknown = [name for name, value in values.items() if value is None]
        assert not unknown, f"say in the matrix or in this test what {unknown} should be"
        with self.app.test_request_context():
            return self.app.url_map.bind("localhost").build(rule.endpoint, values)

    def _ask_page(self, key: str, method: str, address: str, row: Mapping[str, Any]) -> TestResponse:
        visitor, token = self._visitors[key], self._tokens[key]
        if row.get("ends_session"):
            visitor = self._visitor(VISITORS[key])
            token = visitor.token()
        if method == "GET":
            return visitor.get(address)
        return visitor.post(address, form_of(row), token=token)

    def _ask_api(self, key: str, method: str, address: str, row: Mapping[str, Any]) -> TestResponse:
        person = VISITORS[key]
        headers = {}
        if person is not None:
            fresh = self.office.stranger().sign_in(f"{person}.user", PASSWORD) if row.get("ends_session") else None
            headers["Authorization"] = f"Bearer {(fresh or self.office(person)).token}"
        options: dict[str, Any] = {"json": row["json"]} if "json" in row else {}
        if "form" in row:
            options["data"], options["content_type"] = form_of(row), "multipart/form-data"
        return self.app.test_client().open(address, method=method, headers=headers, **options)

    def _visitor(self, person: str | None) -> Visitor:
        visitor = Visitor(self.app)
        if person is not None:
            assert visitor.sign_in(f"{person}.user").status_code == 303
        return visitor

    def _notice(self, district: District) -> int:
        words = {"zh": "通知", "en": "a notice"}
        row = {"event": "case:1:1", "user_id": district.people["clerk"], "kind": "transition", "case_id": 1}
        with district.db.unit_of_work() as session:
            made = insert(Notice).values(**row, title=words, body=words, created_at=district.clock())
            return int(session.execute(made.returning(Notice.id)).scalar_one())

    def _session(self, district: District, case_id: int) -> int:
        """A session of the chamber that put the case off, returned another, and is closed: it refuses all."""
        committee = Committee(district).plan()
        add_case(district.runtime, committee.session_id, committee.request("clerk"), case_id)
        committee.recuse(case_id, "张三")
        committee.decide(case_id, "postpone", reason="待补充材料")
        [returned] = committee.put("second")
        committee.decide(returned, "return", reason="花名册缺页")
        committee.close()
        return committee.session_id

    def _pack(self, district: District, case_id: int) -> int:
        """The case comes back to its instructor, who has signed the pack: signing anew changes nothing."""
        for who in ("other", "instructor"):
            data = {"instructor": f"{who}.user", "no_conflict": True}
            district.do(case_id, "org_dept", "reassign", data, reason="调整")
        with district.db.reading() as session:
            mine = select(HandoverPack.id).where(HandoverPack.superseded_at.is_(None))
            pack_id = session.scalars(mine).one()
        sign_pack(district.runtime, district.people["instructor"], pack_id)
        return pack_id

    def _person(self, district: District) -> dict[str, int]:
        """A member whose membership is on its way, and a session of training at the chamber."""
        members = Members(district)
        made = members.register("赵六", standing="full", joined_on=date(2015, 6, 1))
        today = district.runtime.today()
        wanted = NewTraining("党课", "商会", "employees", False, today, today, 2)
        held = hold_training(district.runtime, district.people["clerk"], wanted)
        sent = members.send(made["person_id"])
        return {"person_id": made["person_id"], "membership_id": sent, "training_id": held.data["training_id"]}

    def _import(self, district: District) -> int:
        row = {"filename": "roster.xlsx", "stored_name": "gone", "dry_run": False, "create_organisations": False}
        with district.db.unit_of_work() as session:
            made = insert(ImportJob).values(
                **row,
                status="failed",
                counts={},
                message={"zh": "文件已不在", "en": "the file is gone"},
                started_by=district.people["org_dept"],
                created_at=district.clock(),
                finished_at=district.clock(),
            )
            return int(session.execute(made.returning(ImportJob.id)).scalar_one())
