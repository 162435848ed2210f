"""A posted decision: what is proposed, the votes as counts or by name, and the facts entered for the action."""

from __future__ import annotations

import re
import unicodedata

from werkzeug.datastructures import MultiDict

from web.cases.entry import Entered, entered, typed
from workflow.errors import InvalidInput
from workflow.queries.session_decision import CaseDecision
from workflow.sessions import Decision
from workflow.text import Text

VOTE_OF = re.compile(r"vote\.(\d{1,18})")
COUNT = re.compile(r"\d{1,6}")
COUNTS = ("yes", "no", "abstain")


def read_ballot(case: CaseDecision, form: MultiDict[str, str]) -> Decision:
    """Raises InvalidInput for a number that is none; everything else is the session's to judge."""
    answer = form.get("answer", "")
    choice = next((choice for choice in case.choices if choice.answer == answer), None)
    fields = choice.fields if choice else ()
    values = typed(fields, written(case, form, answer))
    votes = [(int(found[1]), vote) for name, vote in form.items() if vote and (found := VOTE_OF.fullmatch(name))]
    by_name = form.get("by_name") == "1"
    return Decision(
        case.head.id,
        answer,
        form.get("reason", ""),
        **({} if by_name else {name: _count(name, form.get(name, "")) for name in COUNTS}),
        votes=tuple(votes) if by_name else (),
        data=values,
    )


def written(case: CaseDecision, form: MultiDict[str, str], answer: str) -> Entered:
    """The facts of one answer as they stand in the form; those of the other answers are left aside."""
    choice = next((choice for choice in case.choices if choice.answer == answer), None)
    return entered(choice.fields, form) if choice else {}


def _count(name: str, text: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if not COUNT.fullmatch(plain):
        raise InvalidInput({name: Text("票数应为整数", "A number of votes is a whole number")})
    return int(plain)
