"""Persons whom the clients register: their names and numbers may stand in no log, in no message and in no mail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
MOST = 100


@dataclass(frozen=True)
class SeededPerson:
    number: int

    @property
    def name(self) -> str:
        return f"欧阳试{chr(0x4E00 + self.number)}"

    @cached_property
    def identity(self) -> str:
        body = f"11010119900501{self.number:03d}"
        total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
        return body + _CHECKS[total % 11]

    @property
    def phone(self) -> str:
        return f"139{self.number:04d}2468"

    @property
    def words(self) -> tuple[str, ...]:
        return self.name, self.identity, self.phone


PERSONS = tuple(SeededPerson(number) for number in range(MOST))
