"""What an instructor knows and what an enterprise makes: the words by which one is found for the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import load_actor
from workflow.errors import InvalidInput, NotFound, NotPermitted
from workflow.models import Enterprise
from workflow.people.once import Answer, Request, answer_once
from workflow.people.reach import managed_areas, person_managed
from workflow.queries.visibility import visible_enterprises
from workflow.runtime import Runtime
from workflow.text import Text

MOST_WORDS = 20
LONGEST_WORD = 30


def set_expertise(
    runtime: Runtime, actor_id: int, username: str, words: Sequence[str], key: str | None = None
) -> Answer:
    """The instructor, or a manager of theirs, notes the industries they know; raises NotFound, InvalidInput."""
    kept = list(dict.fromkeys(word.strip() for word in words if word.strip()))

    def act(session: Session, now: datetime) -> dict[str, Any]:
        actor = load_actor(session, actor_id, local_day(now))
        person = person_managed(session, actor, username, lock=True)
        if person.instructor is None:
            fault = Text("这个账号不是指导员：请选择指导员", "This account is no instructor: choose one")
            raise InvalidInput({"person": fault})
        if len(kept) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in kept):
            raise InvalidInput(
                {
                    "expertise": Text(
                        f"最多 {MOST_WORDS} 个行业，每个最长 {LONGEST_WORD} 字",
                        f"{MOST_WORDS} industries at most, of {LONGEST_WORD} characters each",
                    )
                }
            )
        person.instructor.expertise = kept
        return {"person": person.username, "expertise": kept}

    return answer_once(runtime, Request(actor_id, key, {"set_expertise": username, "words": kept}), act)


def set_industry(runtime: Runtime, actor_id: int, credit_code: str, industry: str, key: str | None = None) -> Answer:
    """A manager notes the industry of an enterprise; empty takes it away. NotFound, NotPermitted, InvalidInput."""
    industry = industry.strip()

    def act(session: Session, now: datetime) -> dict[str, Any]:
        actor = load_actor(session, actor_id, local_day(now))
        found = select(Enterprise).where(
            Enterprise.credit_code == credit_code.strip().upper(), visible_enterprises(actor)
        )
        enterprise = session.scalars(found).first()
        if enterprise is None:
            raise NotFound("enterprise", credit_code)
        if not managed_areas(actor):
            raise NotPermitted("set_industry", Text("行业由区级主管部门填写", "The industry is noted by the managers"))
        if len(industry) > LONGEST_WORD:
            fault = Text(f"行业最长 {LONGEST_WORD} 字", f"{LONGEST_WORD} characters at most")
            raise InvalidInput({"industry": fault})
        enterprise.industry = industry or None
        return {"credit_code": enterprise.credit_code, "industry": enterprise.industry}

    return answer_once(runtime, Request(actor_id, key, {"set_industry": credit_code, "industry": industry}), act)
