"""Quorum and majority of a committee's session, in whole numbers.

Both are shares of those who ought to attend (应到会), never of those attending; whoever is recused counts for neither.
"""

from __future__ import annotations

from dataclasses import dataclass


def least_above(whole: int, percent: int) -> int:
    """The smallest number that is more than `percent` of the whole."""
    return percent * whole // 100 + 1


@dataclass(frozen=True, slots=True)
class Present:
    """Who may vote on something: of `ought` on the roll `attending` are there, with those recused taken out of both."""

    ought: int
    attending: int

    def quorum(self, percent: int) -> int:
        return least_above(self.ought, percent)

    def has_quorum(self, percent: int) -> bool:
        return self.attending >= self.quorum(percent)


@dataclass(frozen=True, slots=True)
class Votes:
    yes: int
    no: int
    abstain: int

    @property
    def cast(self) -> int:
        return self.yes + self.no + self.abstain

    def pass_among(self, present: Present, percent: int) -> bool:
        """An abstention is no agreement: it counts among those who ought to attend and not among those who agree."""
        return self.yes >= least_above(present.ought, percent)
