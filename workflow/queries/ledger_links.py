"""The proof beside the words of a case's history: the links of its chain, and what was entered as it was entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from workflow.models import LedgerContent, LedgerEntry


@dataclass(frozen=True, slots=True)
class Link:
    """`hash` covers the entry and `prev_hash`, the hash of the entry before it in its case."""

    data: Mapping[str, Any]
    definition_version: int
    rules_version: str
    prev_hash: str
    hash: str


def ledger_links(session: Session, case_id: int) -> dict[int, Link]:
    """By the number of the entry. The caller has made sure that the person may see the case."""
    rows = session.execute(
        select(LedgerEntry, LedgerContent.content)
        .outerjoin(
            LedgerContent, and_(LedgerContent.case_id == LedgerEntry.case_id, LedgerContent.seq == LedgerEntry.seq)
        )
        .where(LedgerEntry.case_id == case_id)
    )
    return {
        entry.seq: Link(
            (content or {}).get("data", {}), entry.definition_version, entry.rules_version, entry.prev_hash, entry.hash
        )
        for entry, content in rows
    }
