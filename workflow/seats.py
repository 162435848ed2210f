"""Which role can be held at which body: elsewhere its holder would see no case, or be asked about none."""

from __future__ import annotations

from workflow.models import Organisation, OrganisationKind, OrganisationType
from workflow.models.organisation import DEPARTMENTS, TYPE_NAMES
from workflow.roles import ROLE_NAMES
from workflow.text import Text

PARTY_BODIES = frozenset(OrganisationType) - DEPARTMENTS
PARTY_ROLES = frozenset({"clerk", "approver", "instructor"})
DEPARTMENT_OF = {
    "org_dept": OrganisationType.ORGANISATION_DEPARTMENT,
    "social_work": OrganisationType.SOCIAL_WORK_DEPARTMENT,
    "federation": OrganisationType.FEDERATION,
}


def seat_fault(role: str, body: Organisation) -> Text | None:
    """What is wrong with holding the role there and where it belongs; None where it fits."""
    if role in PARTY_ROLES and body.type not in PARTY_BODIES:
        return _misplaced(role, body, Text("党组织", "a Party organisation"))
    department = DEPARTMENT_OF.get(role)
    if department is None or body.type == department or body.kind == OrganisationKind.DISTRICT:
        return None
    name = TYPE_NAMES[department]
    return _misplaced(role, body, Text(f"{name.zh}或区委", f"the {name.en} or the district"))


def _misplaced(role: str, body: Organisation, place: Text) -> Text:
    held = ROLE_NAMES[role]
    return Text(
        f"“{held.zh}”不能设在“{body.name}”：请选{place.zh}的编号，见 zujian org list",
        f"The role {held.en} does not fit {body.name}: choose {place.en}, see zujian org list",
    )
