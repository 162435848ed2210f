"""Who may import: a manager of the whole district, or the operator at the machine's own console."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.actors import HeldRole, load_actor
from workflow.errors import NotPermitted
from workflow.models import Organisation, OrganisationKind
from workflow.runtime import Runtime
from workflow.text import Text

IMPORT = "import_roster"


def importing_role(session: Session, runtime: Runtime, actor_id: int | None) -> HeldRole | None:
    """The role the import is done in, None at the console; raises NotPermitted for everyone but managers.

    A roster may name any town and move enterprises between them, so a manager of one town's area is not enough.
    """
    if actor_id is None:
        return None
    managers = runtime.versions(session).current.groups["manager"].roles
    districts = session.scalars(select(Organisation.path).where(Organisation.kind == OrganisationKind.DISTRICT)).all()
    for held in load_actor(session, actor_id, runtime.today()).roles:
        if held.role in managers and all(path.startswith(held.scope_path) for path in districts):
            return held
    raise NotPermitted(
        IMPORT,
        Text("导入名册由区级主管部门办理", "Importing a roster is for the district managers"),
    )
