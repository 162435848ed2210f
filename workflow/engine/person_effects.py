"""What an action on a person's case changes besides the state: the person, the membership, the checks made so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from workflow.clock import add_months
from workflow.engine.clocks import rule_of, start_day, start_deadlines, stop_deadlines
from workflow.engine.work import CaseWork, Deed
from workflow.members.counting import RECEIVED, counted
from workflow.models import Membership, Person, Standing

CHECKS = "P02"
# What a person is once a day is entered, the furthest first.
STANDING_BY = (
    ("reply_on", Standing.PROBATIONARY),
    ("admission_on", Standing.PROBATIONARY),
    ("listed_on", Standing.TARGET),
    ("activist_on", Standing.ACTIVIST),
    ("applied_on", Standing.APPLICANT),
)
OF_CONSENT = ("consent_on", "consent_no", "publicity_from", "publicity_until", "publicity_place", "objections")


def person_of(work: CaseWork) -> Person:
    if work.person is None:
        raise ValueError("the case is no person's")
    return work.person


def note_standing(work: CaseWork, deed: Deed) -> None:
    _stands(work, next(standing for name, standing in STANDING_BY if name in deed.data))


def _stands(work: CaseWork, standing: Standing) -> None:
    person = person_of(work)
    person.standing, person.updated_at = standing, work.now
    work.session.flush()
    work.change_enterprise(**counted(work.session, work.enterprise.id))


def note_lateness(work: CaseWork, deed: Deed) -> None:
    """Kept for every page and report: which step was late and why."""
    if reason := deed.data.get("late_reason"):
        late = {"state": work.case.state, "on": deed.occurred_on.isoformat(), "reason": reason}
        work.facts["late"] = [*work.facts.get("late", []), late]


def begin_checks(work: CaseWork, deed: Deed) -> None:
    work.facts["checked_until"] = work.facts["activist_on"]
    start_deadlines(work, [CHECKS], deed.occurred_on)


def add_check(work: CaseWork, deed: Deed) -> None:
    """The next check is due half a year after the one that was due, not after the one that was made."""
    checks = [*work.facts.get("checks", []), {"on": deed.data["checked_on"], "opinion": deed.data["check_opinion"]}]
    work.facts |= {"checks": checks, "last_check_on": deed.data["checked_on"]}
    if not any(clock.code == CHECKS for clock in work.deadlines):
        return
    since = date.fromisoformat(work.facts["activist_on"])
    months = rule_of(work.runtime, "member_check_months", since, work.facts)
    work.facts["checked_until"] = add_months(since, months * len(checks)).isoformat()
    stop_deadlines(work, [CHECKS])
    start_deadlines(work, [CHECKS], deed.occurred_on)


def forget_consent(work: CaseWork, deed: Deed) -> None:
    for name in OF_CONSENT:
        work.facts.pop(name, None)


def forget_turn_meeting(work: CaseWork, deed: Deed) -> None:
    """After an extension the meeting on turning full is another one."""
    for name in ("turn_meeting_on", "turn_checked_on"):
        work.facts.pop(name, None)


def note_admission(work: CaseWork, deed: Deed) -> None:
    """A probationary member from the branch meeting on (art. 31), with the host as the body of the membership."""
    work.facts |= {"admission_on": deed.data["reply_on"], "admission_no": deed.data["reply_no"]}
    person = person_of(work)
    person.joined_on = date.fromisoformat(work.facts["admission_meeting_on"])
    if _membership(work) is None:
        received = {"status": RECEIVED, "received_on": date.fromisoformat(deed.data["reply_on"])}
        host = {"person_id": person.id, "organisation_id": work.case.chamber_id}
        work.session.add(Membership(**host, **received, recorded_by=deed.actor.id, recorded_at=work.now))


def note_taken_over(work: CaseWork, deed: Deed) -> None:
    """Admitted elsewhere: the time since then counts on here (art. 12 and 34 of the text of 2014)."""
    person_of(work).joined_on = date.fromisoformat(deed.data["admission_meeting_on"])


def _membership(work: CaseWork) -> Membership | None:
    mine = (Membership.person_id == person_of(work).id) & Membership.ended_on.is_(None)
    return work.session.scalars(select(Membership).where(mine)).first()


def note_extension(work: CaseWork, deed: Deed) -> None:
    work.facts |= {"extension_on": deed.data["ended_on"], "extension_no": deed.data["paper_no"]}
    # The days of a request that was turned down go with it.
    for name in ("turn_requested_on", "turn_meeting_on", "turn_checked_on"):
        work.facts.pop(name, None)


def note_full(work: CaseWork, deed: Deed) -> None:
    """Standing counts from the day the probation ended (art. 33), whenever the approval came."""
    met = date.fromisoformat(work.facts["admission_meeting_on"])
    months = rule_of(work.runtime, "member_probation_months", met, work.facts)
    since = date.fromisoformat(work.facts.get("extended_until") or add_months(met, months).isoformat())
    work.facts |= {
        "full_on": deed.data["reply_on"],
        "full_no": deed.data["reply_no"],
        "standing_since": since.isoformat(),
    }
    work.case.finished_on = deed.occurred_on
    person_of(work).full_on = since
    _stands(work, Standing.FULL)


def note_left(work: CaseWork, deed: Deed) -> None:
    """The way ends here; a membership that had begun ends with it."""
    work.case.finished_on = deed.occurred_on
    membership = _membership(work)
    if membership is not None:
        membership.ended_on, membership.ended_why = deed.occurred_on, deed.reason
    _stands(work, Standing.ENDED)


def note_rules(work: CaseWork, deed: Deed) -> None:
    work.facts["rules_of"] = deed.data["rules_of"]


def note_correction(work: CaseWork, deed: Deed) -> None:
    """The earlier value stays in the history; clocks that count from the day are set anew."""
    name = deed.data["corrected_fact"]
    work.facts[name] = deed.data["corrected_to"]
    running = {clock.code for clock in work.deadlines}
    again = [s for s in work.definition.deadlines.values() if s.starts_from == name and s.code in running]
    stop_deadlines(work, [spec.code for spec in again])
    for spec in again:
        start_deadlines(work, [spec.code], start_day(spec, deed.occurred_on, work.facts))


PERSON_EFFECTS: tuple[Callable[[CaseWork, Deed], None], ...] = (
    add_check,
    begin_checks,
    forget_consent,
    forget_turn_meeting,
    note_admission,
    note_correction,
    note_extension,
    note_full,
    note_lateness,
    note_left,
    note_rules,
    note_standing,
    note_taken_over,
)
