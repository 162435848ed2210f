"""What Party body a name stands for, as far as the name says it."""

from __future__ import annotations

import re

from workflow.models.organisation import OrganisationType


def town_body(town: str) -> tuple[str, OrganisationType]:
    """The name and type of a town's Party body: a town (镇) has a committee, a street (街道) a working committee."""
    if town.endswith(("镇", "乡")):
        return f"{town}党委", OrganisationType.COMMITTEE
    return f"{town}党工委", OrganisationType.WORKING_COMMITTEE


def chamber_type(name: str) -> OrganisationType:
    """The type a chamber's name states. One that states none may not approve: its cases go to the town."""
    if re.search(r"党工委|工作委员会", name):
        return OrganisationType.WORKING_COMMITTEE
    if re.search(r"党总支|总支部", name):
        return OrganisationType.GENERAL_BRANCH
    if re.search(r"党支部|支部委员会|支部$", name):
        return OrganisationType.BRANCH
    if re.search(r"党委|委员会$", name):
        return OrganisationType.COMMITTEE
    return OrganisationType.UNSPECIFIED
