"""Makes the whole demo and writes its accounts to a file only its owner can read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select, update

from workflow.clock import local_day
from workflow.demo.district import Account, DemoDistrict, make_district
from workflow.demo.lives import branches_live_on
from workflow.demo.meeting import call_session
from workflow.demo.names import TOWNS, Names
from workflow.demo.people import people_come_and_go
from workflow.demo.persons import register_persons
from workflow.demo.registers import fill_registers
from workflow.demo.road import walk_cases
from workflow.engine import open_cases
from workflow.errors import Conflict
from workflow.models import Case, Enterprise, HeadCount, Organisation, RoleAssignment, User
from workflow.runtime import Runtime
from workflow.text import Text

FIRMS_PER_TOWN = 18
COVERED_PER_TOWN = 3
SURVEYED_DAYS_AGO = 110
SERVED_YEARS = 5


def create_demo(runtime: Runtime, accounts_file: Path) -> None:
    """Fills an empty database; raises Conflict where organisations or accounts are there already.

    Each account gets a random password; the file has mode 0600.
    """
    now = runtime.now()
    names = Names()
    past = replace(runtime, clock=lambda: now - timedelta(days=SURVEYED_DAYS_AGO))
    with past.db.unit_of_work() as session:
        if session.scalar(select(Organisation.id).limit(1)) or session.scalar(select(User.id).limit(1)):
            raise Conflict(
                Text("数据库不是空的，不能新建演示区", "The database is not empty: no demo district is made")
            )
        district = make_district(session, names, past.now())
        # They served here before the survey: one branch is older than that.
        session.flush()
        session.execute(update(RoleAssignment).values(valid_from=date(now.year - SERVED_YEARS, 1, 1)))
        firms = [firm for place in range(len(TOWNS)) for firm in _firms(district, place, names, past)]
        session.add_all(firms)
        session.flush()
        session.add_all(_first_count(firm, past) for firm in firms)
        waiting = [firm for firm in firms if not firm.has_branch]
        open_cases(session, waiting, runtime=past, actor_id=None, now=past.now())
        cases = _cases_by_town(session.scalars(select(Case).order_by(Case.id)), district)
    walk_cases(runtime, district, names, cases, now)
    call_session(runtime, district, names)
    branches_live_on(runtime, district, names)
    people_come_and_go(runtime, district)
    fill_registers(runtime, district, names)
    register_persons(runtime, district, names)
    _give_addresses(runtime)
    write_accounts(accounts_file, district.accounts)


def _firms(district: DemoDistrict, place: int, names: Names, past: Runtime) -> list[Enterprise]:
    town = district.towns[place]
    today = local_day(past.now())
    return [
        Enterprise(
            credit_code=names.credit_code(),
            name=names.firm(TOWNS[place]),
            town_id=town.body.id,
            chamber_id=town.chamber.id,
            founded_on=today - timedelta(days=365 * names.number(2, 20)),
            employees=names.number(20, 300),
            on_scale=names.number(0, 2) == 0,
            high_tech=names.number(0, 3) == 0,
            full_members=8 if number == 4 else names.number(0, 5),
            probationary_members=names.number(0, 2),
            activists=names.number(0, 4),
            applicants=names.number(0, 6),
            has_branch=number >= FIRMS_PER_TOWN - COVERED_PER_TOWN,
            created_at=past.now(),
            updated_at=past.now(),
        )
        for number in range(FIRMS_PER_TOWN)
    ]


def _first_count(firm: Enterprise, past: Runtime) -> HeadCount:
    return HeadCount(
        enterprise_id=firm.id,
        counted_on=local_day(past.now()),
        full_members=firm.full_members,
        probationary_members=firm.probationary_members,
        activists=firm.activists,
        applicants=firm.applicants,
        members_in_transit=0,
        recorded_at=past.now(),
    )


def _cases_by_town(cases: Iterable[Case], district: DemoDistrict) -> dict[int, list[int]]:
    place_of = {town.chamber.id: place for place, town in enumerate(district.towns)}
    by_town: dict[int, list[int]] = {place: [] for place in range(len(district.towns))}
    for case in cases:
        by_town[place_of[case.chamber_id]].append(case.id)
    return by_town


def _give_addresses(runtime: Runtime) -> None:
    """Only now: the invented past need not be mailed, what happens from here on is."""
    with runtime.db.unit_of_work() as session:
        for user in session.scalars(select(User)):
            user.email = f"{user.username}@demo.invalid"


def write_accounts(path: Path, accounts: Iterable[Account]) -> None:
    """One account a line: user name, password, role, body, with tabs between. Replaces an older file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.writelines(f"{a.username}\t{a.password}\t{a.role}\t{a.where}\n" for a in accounts)
    partial.rename(path)
