"""Tells the managers and administrators that another version of the process is in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.migrating import Mover
from workflow.models import OutboxRow, RoleAssignment, User
from workflow.models.base import table_of
from workflow.outbox import rows_for
from workflow.publishing.in_force import Setting
from workflow.runtime import Runtime
from workflow.text import Text

TOLD = ("admin", "org_dept", "social_work")
TITLE = Text("{process}：现行流程为第 {version} 版", "{process}: version {version} is in force")
BODY = Text(
    "新立的案件按第 {version} 版办理；在办案件按各自的版本办理，迁移的案件在历史中有记录。",
    "New cases begin with version {version}; open ones keep their own, and one that is moved says so in its history.",
)
LINK = "/definitions"


def tell_of(session: Session, runtime: Runtime, setting: Setting, mover: Mover, now: datetime, process: Text) -> None:
    """One row for each person and channel, written with the change; whoever made it knows already."""
    today = local_day(now)
    holders = select(RoleAssignment.user_id).where(
        RoleAssignment.role.in_(TOLD),
        RoleAssignment.valid_from <= today,
        or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
    )
    people = session.scalars(select(User.id).where(User.is_active, User.id.in_(holders)).order_by(User.id))
    words = {
        "title": TITLE.filled(process=process, version=setting.version).as_dict(),
        "body": BODY.filled(version=setting.version).as_dict(),
        "link": LINK,
    }
    event = f"definition:{setting.process}:{setting.number}"
    told = [user_id for user_id in people if user_id != mover.user_id]
    if told:
        session.execute(insert(table_of(OutboxRow)), rows_for(event, "definition", None, told, words, now))
