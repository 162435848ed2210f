"""Who is elected: the Election Regulation's counting, in whole numbers.

More than half of those attending with the right to elect (实到会) is needed, never of those who ought to attend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    rounds: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for vote in votes:
        rounds[vote["round"]].append(vote)
    elected: tuple[str, ...] = ()
    outcome = Outcome((), (), seats)
    for number in sorted(rounds):
        still_running = [v for v in rounds[number] if v["name"] not in elected]
        outcome = count_round(still_running, seats - len(elected), attending)
        elected += outcome.elected
    return Outcome(elected, outcome.tied, seats - len(elected))
