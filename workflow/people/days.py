"""The days of a substitution or a leave, judged in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from workflow.text import Text

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Span:
    """Both days belong to it."""

    from_on: date
    to_on: date

    def meets(self, from_on: date, to_on: date) -> bool:
        return self.from_on <= to_on and from_on <= self.to_on

    def faults(self, today: date) -> Iterator[tuple[str, Text]]:
        if self.from_on < today:
            yield (
                "from_on",
                Text(
                    f"开始日期 {self.from_on} 已经过去：请填今天 {today} 或以后的日期",
                    f"It cannot begin on {self.from_on}, which has passed: enter {today} or a later day",
                ),
            )
        if self.to_on < self.from_on:
            yield (
                "to_on",
                Text(
                    f"结束日期 {self.to_on} 早于开始日期 {self.from_on}：请改其中一个",
                    f"It ends on {self.to_on}, before it begins on {self.from_on}: change one of them",
                ),
            )
        elif (self.to_on - self.from_on).days >= LONGEST_DAYS:
            yield (
                "to_on",
                Text(
                    "一次最长一年：更久的请到期后再办，或请主管部门调整职务",
                    "A year at most: renew it then, or ask the managers to change the office",
                ),
            )
