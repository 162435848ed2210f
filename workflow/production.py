"""What only the database can tell about a start in production; `settings.py` has refused the rest by then."""

from __future__ import annotations

from sqlalchemy import func, select

from workflow.database import Database
from workflow.errors import SettingsError
from workflow.models import User
from workflow.settings import Settings
from workflow.text import Text


def refuse_demo_accounts(settings: Settings, database: Database) -> None:
    """Raises SettingsError in production while a demo account can still sign in."""
    if not settings.is_production:
        return
    with database.reading() as session:
        count = session.scalar(select(func.count()).where(User.is_demo, User.is_active))
    if count:
        raise SettingsError(
            Text(
                f"数据库中还有 {count} 个可登录的演示账号：请先执行 zujian user disable --demo",
                f"{count} demo accounts can still sign in: run zujian user disable --demo first",
            )
        )
