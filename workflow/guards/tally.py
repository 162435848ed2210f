"""Who is elected: the Election Regulation's counting, in whole numbers.

More than half of those attending with the right to elect (实到会) is needed, never of those who ought to attend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """`tied` stand level at the cut and need a re-vote; `vacant` counts seats nobody has won."""

    elected: tuple[str, ...]
    tied: tuple[str, ...]
    vacant: int


def quorum_needed(roll: int, fifths: int, inclusive: bool) -> int:
    """The smallest attendance that meets `fifths`/5 of the roll ("not less than", or "more than" it)."""
    exact = -(-fifths * roll // 5)
    return exact if inclusive or 5 * exact > fifths * roll else exact + 1


def votes_needed(attending: int) -> int:
    """More than half of those attending: exactly half is not elected."""
    return attending // 2 + 1


def count_round(votes: Iterable[Mapping[str, Any]], seats: int, attending: int) -> Outcome:
    """One round for one post: those above half, by votes, up to `seats`; a tie at the cut elects nobody of it."""
    if seats < 1:
        return Outcome((), (), 0)
    above = sorted((v for v in votes if v["yes"] >= votes_needed(attending)), key=lambda v: -v["yes"])
    if len(above) <= seats:
        return Outcome(tuple(v["name"] for v in above), (), seats - len(above))
    cut = above[seats - 1]["yes"]
    if above[seats]["yes"] < cut:
        return Outcome(tuple(v["name"] for v in above[:seats]), (), 0)
    clear = tuple(v["name"] for v in above if v["yes"] > cut)
    return Outcome(clear, tuple(v["name"] for v in above if v["yes"] == cut), seats - len(clear))


def count_post(votes: Iterable[Mapping[str, Any]], seats: int, attending: int) -> Outcome:
    """Counts all rounds of one post; a later round fills only what the rounds before left open."""
    elected: tuple[str, ...] = ()
    outcome = Outcome((), (), seats)
    for _, outcome in _rounds(votes, seats, attending):
        elected += outcome.elected
    return Outcome(elected, outcome.tied, seats - len(elected))


def open_seats(votes: Iterable[Mapping[str, Any]], seats: int, attending: int) -> dict[int, int]:
    """How many seats of one post each round was held for, by its number."""
    return {number: len(outcome.elected) + outcome.vacant for number, outcome in _rounds(votes, seats, attending)}


def _rounds(votes: Iterable[Mapping[str, Any]], seats: int, attending: int) -> Iterator[tuple[int, Outcome]]:
    rounds: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for vote in votes:
        rounds[vote["round"]].append(vote)
    elected: tuple[str, ...] = ()
    for number in sorted(rounds):
        still_running = [v for v in rounds[number] if v["name"] not in elected]
        outcome = count_round(still_running, seats - len(elected), attending)
        elected += outcome.elected
        yield number, outcome
