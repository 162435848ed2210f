"""Cases for a trial, made by the engine, many in one transaction, and people who are told outside."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.busy import disable
from tests.district import ROAD, District
from tests.faults.sink import WEBHOOK_SECRET, Sink
from workflow.channel_settings import ChannelSettings
from workflow.clock import local_day
from workflow.contacts import set_contact
from workflow.engine import Command, open_cases
from workflow.engine.batch import perform_many
from workflow.models import Case, Enterprise, User

NEWCOMER = "newcomer"
# Whose notices would only lengthen a trial.
UNTOLD = ("social_work", "federation", "superior", "town_approver", "other")
# Fewer than the rules allow one instructor at a time.
CASES_OF_ONE = 4
CHUNK = 100  # cases in one transaction
HELD, HOLDS = 500, 10  # cases, and how often each is held
REVIEWED_IN = timedelta(days=60)
# Mail and webhooks for some are proof for all, and each channel has a pace.
MAILED = "instructor0"
CALLED = ("instructor1", "instructor2")


def submitted_cases(district: District, sink: Sink, count: int) -> dict[int, str]:
    """Cases that wait at the clerk's, one for each enterprise, and who is the instructor of each."""
    for who in UNTOLD:
        disable(district, who)
    instructors: dict[int, str] = {}
    for start in range(0, count, CHUNK):
        instructors |= _submitted(district, start, min(CHUNK, count - start))
    for who in {*CALLED} & {*instructors.values()}:
        _give_webhook(district, sink, who)
    return instructors


def _give_webhook(district: District, sink: Sink, who: str) -> None:
    settings = ChannelSettings({"WEBHOOK_SECRET": WEBHOOK_SECRET, "WEBHOOK_ALLOWED_HOSTS": sink.host})
    set_contact(district.runtime, settings, district.people[who], "webhook", sink.address_of(who))


def _submitted(district: District, start: int, count: int) -> dict[int, str]:
    numbers = range(start, start + count)
    people = [f"instructor{number // CASES_OF_ONE}" for number in numbers]
    for who in dict.fromkeys(people):
        add_instructor(district, who)
    case_ids = _opened(district, [f"firm{number}" for number in numbers])
    instructors = dict(zip(case_ids, people, strict=True))
    for actor, action, reason, papers in ROAD[: 1 + [action for _, action, *_ in ROAD].index("submit")]:
        who = {case_id: instructors[case_id] if actor == "instructor" else actor for case_id in case_ids}
        for case_id in case_ids:
            for _, code in papers:
                district.paper(case_id, who[case_id], code)
        # What is to be entered is the same for all of them.
        usual = district.example(case_ids[0], who[case_ids[0]], action)
        data = {case_id: usual | _chosen(action, instructors[case_id]) for case_id in case_ids}
        perform_many(
            district.runtime,
            [Command(one, action, district.people[who[one]], data=data[one], reason=reason) for one in case_ids],
        )
    return instructors


def _chosen(action: str, instructor: str) -> dict[str, str]:
    return {"instructor": f"{instructor}.user"} if action == "assign_instructor" else {}


def _opened(district: District, firms: list[str]) -> list[int]:
    district.add_firms(firms, "chamber")
    wanted = [district.enterprises[firm] for firm in firms]
    with district.db.unit_of_work() as session:
        rows = session.scalars(select(Enterprise).where(Enterprise.id.in_(wanted)).order_by(Enterprise.id)).all()
        open_cases(session, rows, runtime=district.runtime, actor_id=None, now=district.clock())
        of_these = select(Case.id).where(Case.enterprise_id.in_(wanted)).order_by(Case.enterprise_id)
        return list(session.scalars(of_these))


def grow(district: District, entries: int) -> None:
    """So many more entries of the history, all by the engine: cases that are put on hold and taken up again."""
    who, until = district.people["org_dept"], {"review_on": local_day(district.clock() + REVIEWED_IN).isoformat()}
    done = 0
    while done < entries:
        start = len(district.enterprises)
        case_ids = _opened(district, [f"held{start + number}" for number in range(HELD)])
        for _ in range(HOLDS):
            perform_many(
                district.runtime, [Command(one, "hold", who, data=until, reason="停产整改") for one in case_ids]
            )
            perform_many(district.runtime, [Command(one, "resume", who, reason="恢复生产") for one in case_ids])
        done += HELD * (1 + 2 * HOLDS)


def new_cases(district: District, count: int, sink: Sink | None = None) -> None:
    """Gives so many cases (five at most) to a new instructor, who is sent a mail about each, and a webhook to `sink`.

    Of a case a person gets one mail an hour, so only new ones bring mail.
    """
    number = len(district.enterprises)
    who = f"{NEWCOMER}{number}"
    add_instructor(district, who)
    if sink:
        _give_webhook(district, sink, who)
    for case_id in _opened(district, [f"new{number + n}" for n in range(count)]):
        chosen = {"instructor": f"{who}.user", "no_conflict": True}
        district.do(case_id, "org_dept", "assign_instructor", chosen)


def add_instructor(district: District, who: str) -> None:
    district.add_person(who, "instructor", "town")
    if who == MAILED or who.startswith(NEWCOMER):
        with district.db.unit_of_work() as session:
            session.get_one(User, district.people[who]).email = f"{who}@example.org"
