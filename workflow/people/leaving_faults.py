"""What is asked when a person leaves, and why it may be refused: each its own sentence that says who can mend it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.accounts import normal_username
from workflow.engine.actors import Actor
from workflow.engine.examining import MAX_REASON
from workflow.models import User
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves, why, and who follows on their cases (empty: the managers name somebody later).

    `no_conflict`: it was checked that the successor has no ties with the enterprises. `over_cap`: the reason to let
    the successor's load pass the cap; empty where it must not.
    """

    person: str
    reason: str
    successor: str = ""
    no_conflict: bool = False
    over_cap: str = ""


def leaving_faults(session: Session, actor: Actor, person: User, wanted: Leaving) -> dict[str, Text]:
    """By field; empty where nothing stands against it."""
    faults: dict[str, Text] = {}
    if person.id == actor.id:
        faults["person"] = Text("本人离任由另一位主管部门同志办理", "Your own leaving is for another manager to enter")
    reason = wanted.reason.strip()
    if not reason or len(reason) > MAX_REASON:
        faults["reason"] = Text(
            f"请写明离任原因，最长 {MAX_REASON} 字", f"Give the reason, {MAX_REASON} characters at most"
        )
    if wanted.successor:
        faults |= _successor_faults(session, person, wanted)
    return faults


def _successor_faults(session: Session, person: User, wanted: Leaving) -> dict[str, Text]:
    name = normal_username(wanted.successor)
    user = session.scalars(select(User).where(User.username == name)).first()
    if user is None or user.instructor is None:
        fault = Text(
            "没有这位指导员：请填写有指导员身份的账号，或请系统管理员开户",
            "There is no such instructor: name one, or ask the administrator to open the account",
        )
        return {"successor": fault}
    if user.id == person.id:
        return {"successor": Text("接任人不能是离任者本人：请另选一位", "Nobody succeeds themselves: name another")}
    if not user.is_active:
        return {
            "successor": Text("接任人的账号已停用：请另选一位", "The successor's account is disabled: name another")
        }
    if not wanted.no_conflict:
        return {
            "no_conflict": Text(
                "请先核实接任人与企业无利害关系并勾选", "Check that the successor has no ties, and tick the box"
            )
        }
    return {}
