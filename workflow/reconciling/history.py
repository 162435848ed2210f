"""Whether a case is what its history says: its state, the number of its entries, the chain they form."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from workflow.incidents import Finding, Kind
from workflow.ledger import damage_of
from workflow.models import Case, LedgerEntry
from workflow.reconciling.look import MOST_FINDINGS, Check, Look, covers_deep, covers_wide, of_case

# Histories are read in parts, so that not all of a stretch is in memory at once.
PART = 500


def states_differ(look: Look) -> Iterator[Finding]:
    """The newest entry says where the case stands."""
    newest = and_(LedgerEntry.case_id == Case.id, LedgerEntry.seq == Case.version)
    query = (
        select(Case.id, Case.state, LedgerEntry.to_state)
        .join(LedgerEntry, newest)
        .where(look.wide.of(Case.id), LedgerEntry.to_state != Case.state)
    )
    for row in look.session.execute(query.order_by(Case.id).limit(MOST_FINDINGS)):
        yield of_case(Kind.STATE_DIFFERS, row.id, f"the case stands in {row.state}, its history in {row.to_state}")


def entries_missing(look: Look) -> Iterator[Finding]:
    """A case counts its entries; they are numbered without a gap."""
    counted = (
        select(LedgerEntry.case_id, func.count().label("entries"), func.max(LedgerEntry.seq).label("newest"))
        .where(look.wide.of(LedgerEntry.case_id))
        .group_by(LedgerEntry.case_id)
        .subquery()
    )
    entries, newest = func.coalesce(counted.c.entries, 0), func.coalesce(counted.c.newest, 0)
    query = (
        select(Case.id, Case.version, entries.label("entries"))
        .outerjoin(counted, counted.c.case_id == Case.id)
        .where(look.wide.of(Case.id), or_(Case.version != entries, Case.version != newest))
    )
    for row in look.session.execute(query.order_by(Case.id).limit(MOST_FINDINGS)):
        cause = f"the case counts {row.version} entries, its history has {row.entries}"
        yield of_case(Kind.ENTRIES_MISSING, row.id, cause)


def heads_differ(look: Look) -> Iterator[Finding]:
    """The tail of each chain: the case keeps the hash of its newest entry."""
    newest = and_(LedgerEntry.case_id == Case.id, LedgerEntry.seq == Case.version)
    query = (
        select(Case.id, Case.version)
        .join(LedgerEntry, newest)
        .where(look.wide.of(Case.id), LedgerEntry.hash != Case.ledger_head)
    )
    for row in look.session.execute(query.order_by(Case.id).limit(MOST_FINDINGS)):
        yield of_case(Kind.CHAIN_BROKEN, row.id, f"entry {row.version}: the head of the chain is another")


def chains_broken(look: Look) -> Iterator[Finding]:
    """Every entry of a stretch of cases, recomputed."""
    yield from heads_differ(look)
    ids = look.session.scalars(select(Case.id).where(look.deep.of(Case.id)).order_by(Case.id)).all()
    for start in range(0, len(ids), PART):
        for damage in damage_of(look.session, ids[start : start + PART]):
            yield of_case(Kind.CHAIN_BROKEN, damage.case_id, f"entry {damage.seq}: {damage.kind}")


CHECKS = (
    Check((Kind.STATE_DIFFERS,), states_differ, covers_wide),
    Check((Kind.ENTRIES_MISSING,), entries_missing, covers_wide),
    Check((Kind.CHAIN_BROKEN,), chains_broken, covers_deep),
)
