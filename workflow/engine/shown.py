"""What a page showed of a case when somebody decided: carried by the decision, and compared before it counts.

The token holds a short digest of each thing shown, so that what has changed since can be named without keeping
anything on the server.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping

from sqlalchemy import bindparam, func, select

from workflow.definition.model import Definition
from workflow.engine.command import Command
from workflow.engine.work import CaseWork
from workflow.errors import Conflict, InvalidInput
from workflow.ledger import digest
from workflow.models import Document
from workflow.models.base import table_of
from workflow.prepared import Prepared
from workflow.text import Text

_PAPERS = table_of(Document)
_VERSIONS = Prepared(
    select(_PAPERS.c.code, func.max(_PAPERS.c.version).label("version"))
    .where(_PAPERS.c.case_id == bindparam("this_case"))
    .group_by(_PAPERS.c.code)
)
FIGURES = {
    "employees": Text("职工人数", "Employees"),
    "full_members": Text("正式党员", "Full members"),
    "probationary_members": Text("预备党员", "Probationary members"),
}
STATE = Text("所在环节", "The step")


def shown_parts(work: CaseWork) -> dict[str, str]:
    """A short digest of each fact, figure and paper of the case as it is now."""
    papers = _VERSIONS.rows(work.connection, {"this_case": work.case.id})
    parts: dict[str, object] = {"state": work.case.state}
    parts |= {f"fact:{name}": value for name, value in work.facts.items()}
    parts |= {f"figure:{name}": getattr(work.enterprise, name) for name in FIGURES}
    parts |= {f"paper:{row.code}": row.version for row in papers}
    return {name: digest(value)[:8] for name, value in parts.items()}


def shown_token(work: CaseWork) -> str:
    """To be sent back with a decision as `shown`."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(shown_parts(work)).encode())).decode()


def refuse_changed_view(work: CaseWork, command: Command) -> None:
    """Raises Conflict naming what has changed since the person saw it, InvalidInput for a token that is none."""
    if command.shown is None:
        return
    before, now = _read(command.shown), shown_parts(work)
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if changed:
        words = [_words(work.definition, name) for name in changed]
        raise Conflict(
            Text(
                f"您看过之后有变化：{'、'.join(w.zh for w in words)}。请核对后再定",
                f"Changed since you looked: {', '.join(w.en for w in words)}. Look again and decide anew",
            ),
            {"state": work.case.state, "version": work.case.version, "changed": [w.as_dict() for w in words]},
        )


def _read(token: str) -> Mapping[str, str]:
    try:
        found = json.loads(zlib.decompress(base64.urlsafe_b64decode(token.encode()), bufsize=4096))
    except (binascii.Error, ValueError, zlib.error) as error:
        raise _no_token() from error
    if not isinstance(found, dict):
        raise _no_token()
    return found


def _no_token() -> InvalidInput:
    return InvalidInput({"shown": Text("页面标记无效：请刷新页面", "No such token: reload the page")})


def _words(definition: Definition, name: str) -> Text:
    kind, _, code = name.partition(":")
    if kind == "paper" and code in definition.documents:
        return definition.documents[code].name
    if kind == "figure":
        return FIGURES.get(code, Text(code, code))
    if kind == "state":
        return STATE
    labels = {field.name: field.label for t in definition.transitions.values() for field in t.fields}
    return labels.get(code, Text(code, code))
