"""One trial: a district with cases under way, the parts that serve it, clients, and the judgement afterwards."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import and_, func, or_, select

from tests.district import Clock, District, make_district
from tests.faults.checker import violations
from tests.faults.clients import PEOPLE, Board
from tests.faults.facts import Facts, facts_of
from tests.faults.history import History
from tests.faults.population import submitted_cases
from tests.faults.privacy import personal_data
from tests.faults.processes import ROOT, Nursery, Site, site
from tests.faults.proxy import Proxy
from tests.faults.sink import WEBHOOK_SECRET, Sink, sink
from tests.servers import BrokerServer, PostgresServer, wait_until
from workflow import outbox
from workflow.api_tokens import issue_token
from workflow.clock import utc_now
from workflow.database import Database
from workflow.field_keys import kept_keys
from workflow.models import OutboxRow, User
from workflow.vault import Vault

KEPT = ROOT / "var" / "faults"

# Rows take their time where a mail was refused or a machine is slow; a trial in vain must end all the same.
DRAINED_WITHIN = 180.0


@dataclass
class Ground:
    """What a trial stands on: a migrated, empty database as the parts reach it, a broker, a folder, the nursery."""

    nursery: Nursery
    database_url: str
    broker: BrokerServer
    folder: Path
    # What can be killed, where the database is a server of this trial alone.
    postgres: PostgresServer | None = None
    # The parts may reach the database by another way, which can be cut.
    parts_url: str = ""
    wire: Proxy | None = None


@dataclass
class Trial:
    name: str
    ground: Ground
    site: Site
    sink: Sink
    district: District
    board: Board
    random: random.Random

    @property
    def database(self) -> Database:
        return self.district.db

    @property
    def history(self) -> History:
        return self.board.history

    def waiting(self) -> int:
        """How many rows of the outbox are still to be told, or to be spread over the channels outside."""
        is_unspread = and_(OutboxRow.spread_at.is_(None), OutboxRow.channel == outbox.IN_APP)
        waits = or_(OutboxRow.status.in_(outbox.WAITING), is_unspread)
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(OutboxRow).where(waits)) or 0

    def drain(self, within: float = DRAINED_WITHIN) -> float:
        """Waits until everybody is told; answers how many seconds it took."""
        began = time.monotonic()
        with suppress(TimeoutError):  # the judgement names what is left
            wait_until(lambda: not self.waiting(), "the end of the telling", within=within)
        return time.monotonic() - began

    def judge(self) -> Facts:
        """Raises AssertionError, and keeps the history with its seed, where promise and truth differ."""
        facts = facts_of(self.database, self.sink.arrived())
        places = [self.site.log, self.ground.broker.broker.directory]
        places += [self.ground.postgres.directory / "server.log"] if self.ground.postgres else []
        found = [*violations(self.history.tries, facts), *self.sink.forged(), *personal_data(places, self.sink.told())]
        if found:
            kept = self.keep(facts)
            listed = "\n  ".join(found[:20])
            raise AssertionError(
                f"{len(found)} violations; seed {self.history.seed}, history kept in {kept}\n  {listed}\n"
                f"check it again with: python -m tests.faults replay {kept}"
            )
        return facts

    def keep(self, facts: Facts | None = None) -> Path:
        kept = KEPT / f"{self.name}-{self.history.seed}"
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.history.path, kept / "history.jsonl")
        if self.site.log.exists():
            shutil.copy(self.site.log, kept / "parts.log")
        if facts is not None:
            facts.save(kept / "facts.json")
        return kept


@contextmanager
def trial(name: str, ground: Ground, *, cases: int = 16, actions: int = 0, clients: int = 8) -> Iterator[Trial]:
    """A district whose cases are submitted, with its parts not started yet. ZUJIAN_FAULT_SEED repeats a seed."""
    seed = int(os.environ.get("ZUJIAN_FAULT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
    with ExitStack() as stack:
        database = Database(ground.database_url)
        stack.callback(database.dispose)
        place = ground.folder / "data"
        place.mkdir(exist_ok=True)
        district = make_district(database, place, Clock(utc_now()))
        # The keys that the parts will find in the data folder.
        district.runtime = replace(district.runtime, vault=Vault(kept_keys(place)))
        outside = stack.enter_context(sink())
        instructors = submitted_cases(district, outside, cases)
        parts = stack.enter_context(
            site(
                *(ground.nursery, place),
                DATABASE_URL=ground.parts_url or ground.database_url,
                REDIS_URL=ground.broker.url,
                SMTP_HOST="127.0.0.1",
                SMTP_PORT=outside.port,
                WEBHOOK_SECRET=WEBHOOK_SECRET,
                WEBHOOK_ALLOWED_HOSTS=outside.host,
            )
        )
        history = History(ground.folder / "history.jsonl", seed, {"trial": name, "actions": actions})
        stack.callback(history.close)
        board = Board(0, history, instructors, dict.fromkeys(instructors, "submitted"), actions, clients)
        board.enterprise = district.enterprises["first"]
        board.tokens = {who: issue_token(database, _user(district, who), utc_now()).token for who in _acting(board)}
        at = Trial(name, ground, parts, outside, district, board, random.Random(seed))
        try:
            yield at
        except BaseException:
            at.keep()
            raise


def _acting(board: Board) -> set[str]:
    return {*PEOPLE, *board.instructors.values()}


def _user(district: District, who: str) -> User:
    with district.db.reading() as session:
        return session.get_one(User, district.people[who])
