"""What happens to a branch after it is established: its term, a renewal, an adjustment, its end."""

from __future__ import annotations

from datetime import date

from workflow.clock import add_months
from workflow.engine.clocks import start_deadlines, stop_deadlines
from workflow.engine.work import CaseWork, Deed

TERM_CLOCKS = ("T16", "T17")


def start_term(work: CaseWork, deed: Deed) -> None:
    """T16 and T17 run to the end of the term that is noted now, in place of those that ran before."""
    if "term_to" not in work.facts:
        return
    ends = date.fromisoformat(work.facts["term_to"])
    notice = work.runtime.rules.number("renewal_reminder_months", deed.occurred_on)
    work.facts["renewal_notice_on"] = add_months(ends, -notice).isoformat()
    stop_deadlines(work, TERM_CLOCKS)
    start_deadlines(work, TERM_CLOCKS, deed.occurred_on)


def note_renewal(work: CaseWork, deed: Deed) -> None:
    begins = date.fromisoformat(deed.data["held_on"])
    ends = add_months(begins, 12 * work.runtime.rules.number("term_years", begins))
    work.facts |= {"term_from": begins.isoformat(), "term_to": ends.isoformat(), "confirmed": deed.data["elected"]}
    work.facts.pop("term_ends_by_rule", None)
    work.facts["renewals"] = work.facts.get("renewals", 0) + 1


def note_term_extension(work: CaseWork, deed: Deed) -> None:
    """The end by rule is kept: a second extension counts from it too."""
    before = work.case.facts.get("term_to")
    work.facts.setdefault("term_ends_by_rule", before)


def reopen(work: CaseWork, deed: Deed) -> None:
    work.case.finished_on = None


def settle(work: CaseWork, deed: Deed) -> None:
    work.case.finished_on = deed.occurred_on


def note_dissolved(work: CaseWork, deed: Deed) -> None:
    work.case.finished_on = date.fromisoformat(deed.data["dissolved_on"])
    work.change_enterprise(has_branch=False)


LIFE_EFFECTS = (start_term, note_renewal, note_term_extension, reopen, settle, note_dissolved)
