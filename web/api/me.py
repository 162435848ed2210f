"""The person the token belongs to."""

from __future__ import annotations

from datetime import date

from web.api.blueprint import bp, documented
from web.api.shapes import Shape, Words
from web.auth.access import me
from workflow.roles import ROLE_NAMES


class OrganisationShape(Shape):
    """An organisation by number and name."""

    id: int
    name: str


class RoleShape(Shape):
    role: str
    name: Words
    organisation: OrganisationShape
    valid_to: date | None


class MeShape(Shape):
    id: int
    username: str
    display_name: str
    locale: str
    roles: list[RoleShape]


@bp.get("/me")
@bp.output(MeShape)
@documented("me", "getMe")
def get_me() -> MeShape:
    """Who I am and the roles I hold today."""
    person = me()
    return MeShape(
        id=person.id,
        username=person.account.username,
        display_name=person.display_name,
        locale=person.locale,
        roles=[
            RoleShape(
                role=held.role,
                name=Words.model_validate(ROLE_NAMES[held.role]),
                organisation=OrganisationShape.model_validate(held.organisation),
                valid_to=held.valid_to,
            )
            for held in person.assignments
        ],
    )
