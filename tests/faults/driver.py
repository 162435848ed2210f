"""Does harm at random points while clients act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.faults.trial import Trial
from tests.servers import BrokerServer, PostgresServer, wait_until


class Victim(Protocol):
    @property
    def what(self) -> str: ...
    def kill(self) -> None: ...
    def again(self) -> None: ...


@dataclass(frozen=True)
class Server:
    """A broker or a database as something to kill. It comes back with what it kept on the disk."""

    what: str
    server: BrokerServer | PostgresServer

    def kill(self) -> None:
        self.server.kill()

    def again(self) -> None:
        self.server.start()


def kill_at_random(trial: Trial, victims: Sequence[Victim], kills: int) -> None:
    """Spreads the kills over the actions of the trial, each at a random point of its share; the dead start again."""

    def kill() -> None:
        victim = trial.random.choice(victims)
        trial.history.event(f"kill {victim.what}")
        victim.kill()
        victim.again()

    at_random(trial, kill, kills)


def at_random(trial: Trial, harm: Callable[[], None], times: int) -> None:
    share = trial.board.actions / times
    for number in range(times):
        goal = share * (number + trial.random.random())
        wait_until(lambda goal=goal: _is_at(trial, goal), "the next point", within=3600)  # type: ignore[misc]
        if trial.board.failures:
            return
        harm()


def _is_at(trial: Trial, goal: float) -> bool:
    return trial.board.is_done or len(trial.history.tries) >= goal
