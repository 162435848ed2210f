"""Which body decides: the nearest one, at or above the chamber, whose type may approve (Branch Regulation art. 6)."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.errors import InvalidInput
from workflow.models import Organisation
from workflow.text import Text


def route(chamber: Organisation, by_id: Mapping[int, Organisation]) -> Organisation:
    """Raises InvalidInput where no body on the way up to the root may approve."""
    here: Organisation | None = chamber
    while here is not None:
        if here.may_approve:
            return here
        here = by_id[here.parent_id] if here.parent_id is not None else None
    raise InvalidInput(
        {
            "chamber": Text(
                f"{chamber.name} 及其上级都不是党委或党工委，无法确定审批机关：请先设置组织类型",
                f"Neither {chamber.name} nor any body above it may approve: set the organisation types first",
            )
        }
    )
