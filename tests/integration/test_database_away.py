"""While the database is away people get a clear answer, nothing is changed, and all is well once it is back."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from tests.client import ApiClient
from tests.district import PASSWORD, make_district
from tests.servers import PostgresServer
from tests.visitor import Visitor, make_app
from workflow.database import Database


def test_pages_and_api_answer_503_while_postgresql_is_down_and_recover_by_themselves(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    database = Database(own_postgres.url())
    district = make_district(database, tmp_path)
    case_id = district.walk(district.open(), until="submitted")
    app = make_app(district.runtime)
    visitor, api = Visitor(app), ApiClient(app).sign_in("clerk.user", PASSWORD)
    visitor.sign_in("clerk.user")
    example = api.actions(case_id)["accept"]["example"]

    own_postgres.kill()
    page = visitor.get(f"/cases/{case_id}")
    answer = api.send("POST", f"/cases/{case_id}/actions/accept", json={"data": example})
    assert (page.status_code, answer.status) == (503, 503)
    assert "数据库暂时无法使用" in page.text
    assert page.headers["Retry-After"] == answer.headers["Retry-After"] == "5"

    own_postgres.start()
    assert api.act(case_id, "accept")["state"] == "under_review"
    assert visitor.get(f"/cases/{case_id}").status_code == 200
    database.dispose()


def test_a_server_that_dies_after_the_last_answer_costs_nobody_what_was_read(own_postgres: PostgresServer) -> None:
    database = Database(own_postgres.url())
    with database.reading() as session:
        assert session.scalar(text("SELECT 7")) == 7
        own_postgres.restart()
    with database.reading() as session:
        assert session.scalar(text("SELECT 8")) == 8
    database.dispose()
