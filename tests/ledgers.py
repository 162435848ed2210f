"""Makes ledgers as the district keeps them, and the register that the real one beside the checkout speaks of."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import insert

from tests.rosters import DATA
from workflow.campaign.sheets import SHEETS
from workflow.clock import utc_now
from workflow.database import Database
from workflow.models import Enterprise, Organisation

LEDGER = DATA / "ledger.xlsx"
Rows = Sequence[Sequence[Any]]


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    """A ledger of all nine sheets, those that are named with rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for spec in SHEETS:
        sheet = book.create_sheet(spec.name)
        sheet.append([one.heading for one in spec.fields])
        for row in sheets.get(spec.name, ()):
            sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def found_district(database: Database, towns: Sequence[str]) -> dict[str, int]:
    """A district with towns and nothing else; answers the towns by name."""
    with database.unit_of_work() as session:
        root = Organisation(name="示例区委", type="committee", kind="district")
        session.add(root)
        session.flush()
        root.path = f"/{root.id}/"
        bodies = [Organisation(name=f"{town}党委", type="committee", kind="town", parent_id=root.id) for town in towns]
        session.add_all(bodies)
        session.flush()
        for body in bodies:
            body.path = f"{root.path}{body.id}/"
        return {town: body.id for town, body in zip(towns, bodies, strict=True)}


def fill_register(database: Database, path: Path = DATA / "register.csv") -> None:
    """The towns and enterprises of the district's register, without any case."""
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    towns = found_district(database, sorted({row["所属镇街"] for row in rows}))
    add_firms(database, [(row["统一社会信用代码"], row["企业名称"], towns[row["所属镇街"]]) for row in rows])


def add_firms(database: Database, firms: Sequence[tuple[str, str, int]]) -> None:
    now = utc_now()
    values = [
        {
            "credit_code": code,
            "name": name,
            "town_id": town,
            "chamber_id": town,
            "full_members": 0,
            "probationary_members": 0,
            "activists": 0,
            "applicants": 0,
            "members_in_transit": 0,
            "has_branch": False,
            "created_at": now,
            "updated_at": now,
        }
        for code, name, town in firms
    ]
    with database.unit_of_work() as session:
        session.execute(insert(Enterprise), values)
