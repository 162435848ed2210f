"""Who may publish: a system administrator, or the operator at the machine's own console."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow.engine.actors import load_actor
from workflow.engine.migrating import Mover
from workflow.errors import NotPermitted
from workflow.runtime import Runtime
from workflow.text import Text

PUBLISH = "publish_definition"
ADMIN = "admin"


def author_of(session: Session, runtime: Runtime, actor_id: int | None) -> Mover:
    """Raises NotPermitted for everybody but administrators; None is the console."""
    if actor_id is None:
        return Mover()
    for held in load_actor(session, actor_id, runtime.today()).roles:
        if held.role == ADMIN:
            return Mover(actor_id, held)
    raise NotPermitted(
        PUBLISH, Text("流程的发布和恢复由系统管理员办理", "Publishing a process is for the system administrator")
    )
