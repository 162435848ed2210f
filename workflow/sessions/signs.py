"""The sign (代字) of a committee's papers: its setting."""

from __future__ import annotations

import re

from sqlalchemy import delete

from workflow.dialects import upsert
from workflow.engine.actors import load_actor
from workflow.errors import InvalidInput, NotFound
from workflow.models import Organisation, PaperSign
from workflow.runtime import Runtime
from workflow.sessions.acting import require_officer, sees
from workflow.text import Text

SIGN = re.compile(r"[^\s\x00〔〕0-9]{1,20}")


def set_sign(runtime: Runtime, organisation_id: int, actor_id: int, sign: str) -> None:
    """Numbers are given under this sign from now on; an empty one ends the numbering.

    Raises NotFound, NotPermitted, InvalidInput.
    """
    clean = sign.strip()
    if clean and not SIGN.fullmatch(clean):
        raise InvalidInput(
            {"sign": Text("代字为 1 到 20 个字，不含空格和数字", "1 to 20 characters, no spaces or digits")}
        )
    with runtime.db.unit_of_work() as session:
        actor, body = load_actor(session, actor_id, runtime.today()), session.get(Organisation, organisation_id)
        if body is None or not sees(actor, body):
            raise NotFound("organisation", organisation_id)
        require_officer(actor, body)
        if clean:
            row = {"organisation_id": organisation_id, "sign": clean}
            upsert(session, PaperSign, ["organisation_id"], row)
        else:
            session.execute(delete(PaperSign).where(PaperSign.organisation_id == organisation_id))
