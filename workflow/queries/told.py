"""Whether the people concerned got word of the last change."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.outbox import IN_APP
from workflow.queries.deliveries import FAILED, SENT, CaseDeliveries
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Told:
    """People told of the newest change that was told at all: in the application, where everybody is told."""

    people: int
    delivered: int
    read: int
    failed: int

    @property
    def words(self) -> Text:
        if self.failed:
            return Text(
                f"应通知 {self.people} 人，{self.failed} 人未能送达",
                f"{self.people} to be told, {self.failed} could not be reached",
            )
        if self.delivered < self.people:
            return Text(
                f"应通知 {self.people} 人，{self.people - self.delivered} 人待送达",
                f"{self.people} to be told, {self.people - self.delivered} still under way",
            )
        return Text(
            f"已送达 {self.delivered} 人，{self.read} 人已读", f"delivered to {self.delivered}, read by {self.read}"
        )


def told_of(deliveries: CaseDeliveries) -> Told | None:
    """None where nobody had to be told yet."""
    inside = [line for line in deliveries.lines if line.channel == IN_APP]
    if not inside:
        return None
    return Told(
        people=len(inside),
        delivered=sum(line.fate == SENT for line in inside),
        read=sum(line.read_at is not None for line in inside),
        failed=sum(line.fate == FAILED for line in inside),
    )
