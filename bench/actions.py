"""Actions a second beside the floor: the same cases are returned and resubmitted over and over."""

from __future__ import annotations

from pathlib import Path

from bench.figures import alternating, row, seconds
from bench.floor import Floor
from bench.stores import STORES, fresh_database
from tests.district import District, make_district
from tests.traffic import counted
from workflow.database import Database
from workflow.engine import Command, perform

CASES = ("first", "second", "third", "fourth")
ACTIONS = 200


def measure() -> None:
    """Prints for each store: engine and floor in actions a second, their ratio, statements and trips of an action."""
    row("actions a second (medians of 5 x", ACTIONS, "actions; return and resubmit, one client)")
    for store in STORES:
        with fresh_database(store) as (database, folder):
            _measure(store, database, folder)


def _measure(store: str, database: Database, folder: Path) -> None:
    district = make_district(database, folder)
    case_ids = [district.walk(district.open(firm), until="submitted") for firm in CASES]
    floor = Floor(database, case_ids, list(district.people.values()), told=4)
    # The floor's cases are other rows of the same tables: what it writes must not stand in the engine's way.
    floor.case_ids = [district.open(firm) for firm in ("far", "far_second")]
    engine_time, floor_time = alternating(
        lambda: seconds(lambda: _act(district, case_ids, ACTIONS)), lambda: seconds(lambda: floor.run(ACTIONS))
    )
    floor.close()
    engine, bare = ACTIONS / engine_time, ACTIONS / floor_time
    with counted(database) as traffic:
        _act(district, case_ids[:1], 2)
    row(
        f"  {store:9}",
        f"engine {engine:6.0f}/s",
        f"floor {bare:6.0f}/s",
        f"ratio {engine / bare:.2f}",
        f"{traffic.statements / 2:.1f} statements",
        *([f"{traffic.trips / 2:.1f} trips"] if traffic.trips else []),
    )


def _act(district: District, case_ids: list[int], count: int) -> None:
    """Half of the actions return a case, half resubmit it; both tell people and move clocks and work items."""
    clerk, instructor = district.people["clerk"], district.people["instructor"]
    for number in range(count // 2):
        case_id = case_ids[number % len(case_ids)]
        perform(district.runtime, Command(case_id, "return", clerk, reason="请补正"))
        perform(district.runtime, Command(case_id, "submit", instructor))
