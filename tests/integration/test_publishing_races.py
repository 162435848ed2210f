"""Publications, moves and people at the same instant. Real threads and a barrier, on both stores."""

from __future__ import annotations

from sqlalchemy import select

from tests.district import District
from tests.integration.test_races import all_at_once
from tests.publishing import move, publish_here, roll_back
from tests.versions import RELABELLED, RENAMED, SECOND, version_of
from workflow.definition.library import PROCESS
from workflow.errors import (
    Conflict,
    WorkflowError,
)
from workflow.ledger import verify
from workflow.models import (
    DefinitionInForce,
    DefinitionVersion,
)
from workflow.publishing.moving import Moved


def test_of_many_publications_at_once_one_wins_and_the_others_hear_of_it(district: District) -> None:
    sources = [version_of(2, (r"en: Accept for review", f"en: Accept {n}")) for n in range(6)]
    answers = all_at_once([lambda s=source: publish_here(district, s) for source in sources])  # type: ignore[misc]
    assert [type(answer) for answer in answers if answer is not None] == [Conflict] * 5
    with district.db.reading() as session:
        assert sorted(
            session.scalars(select(DefinitionVersion.version).where(DefinitionVersion.process == PROCESS))
        ) == [1, 2]
        assert sorted(
            session.scalars(select(DefinitionInForce.number).where(DefinitionInForce.process == PROCESS))
        ) == [1, 2]


def test_two_that_move_the_same_cases_at_once_move_each_once(district: District) -> None:
    case_ids = [district.walk(district.open(firm), until="training") for firm in ("first", "second", "third")]
    publish_here(district, SECOND)
    answers = all_at_once([lambda: move(district)] * 4)
    assert sum(answer.moved for answer in answers if isinstance(answer, Moved)) == 3
    assert all(district.actions(case_id).count("migrate") == 1 for case_id in case_ids)
    with district.db.reading() as session:
        assert verify(session).ok


def test_people_who_act_while_their_cases_are_moved_lose_nothing(district: District) -> None:
    case_ids = [district.walk(district.open(firm), until="submitted") for firm in ("first", "second", "third")]
    publish_here(district, RENAMED)
    accepting = [lambda c=case_id: district.do(c, "clerk", "accept") for case_id in case_ids]  # type: ignore[misc]
    answers = all_at_once([*accepting, lambda: move(district)])
    assert not [answer for answer in answers if isinstance(answer, WorkflowError)]
    move(district)
    for case_id in case_ids:
        case = district.case(case_id)
        assert (case.definition_version, case.state) == (2, "deliberated")
        assert sorted(district.actions(case_id)[-2:]) == ["accept", "migrate"]
    with district.db.reading() as session:
        assert verify(session).ok


def test_of_a_publication_and_a_rollback_at_once_one_goes_first(district: District) -> None:
    publish_here(district, SECOND)
    third = version_of(3, RELABELLED)
    answers = all_at_once([lambda: publish_here(district, third), lambda: roll_back(district)])
    assert len([answer for answer in answers if isinstance(answer, Conflict)]) <= 1
    with district.db.reading() as session:
        numbers = sorted(session.scalars(select(DefinitionInForce.number).where(DefinitionInForce.process == PROCESS)))
    assert numbers == list(range(1, len(numbers) + 1))
