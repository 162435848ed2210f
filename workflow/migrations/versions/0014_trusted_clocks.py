"""Years of the official calendar, what their changes moved and the pauses of deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime(timezone=True)
LOCAL = ZoneInfo("Asia/Shanghai")
# What goes on with what was left, and when it went on, as the history of older cases tells it.
WENT_ON = sa.text(
    "SELECT d.id, d.starts_on, d.due_on, MAX(e.occurred_on) AS went_on FROM deadline d"
    " JOIN ledger_entry e ON e.case_id = d.case_id AND e.action IN ('resume', 'leave_joint')"
    " AND e.recorded_at > d.started_at WHERE d.status = 'running' GROUP BY d.id, d.starts_on, d.due_on"
).columns(starts_on=sa.Date, due_on=sa.Date, went_on=sa.Date)
STAND_STILL = sa.text(
    "SELECT d.id, d.days_left, c.state_since FROM deadline d JOIN case_file c ON c.id = d.case_id"
    " WHERE d.status = 'paused'"
).columns(state_since=INSTANT)
DEADLINE = sa.table("deadline", sa.column("id", sa.BigInteger), sa.column("pauses", sa.JSON))


def upgrade() -> None:
    _calendar()
    _moves()
    op.add_column("deadline", sa.Column("pauses", sa.JSON(), nullable=True))
    _fill_years()
    _fill_pauses()


def downgrade() -> None:
    op.drop_column("deadline", "pauses")
    op.drop_index("ix_deadline_move_case_id", "deadline_move")
    op.drop_index("ix_deadline_move_import_id", "deadline_move")
    op.drop_table("deadline_move")
    op.drop_table("calendar_import")
    op.drop_table("calendar_year")


def _calendar() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_calendar_year"),
    )
    op.create_table(
        "calendar_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("imported_by", KEY, nullable=True),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.Column("swept_at", INSTANT, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_import"),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["user_account.id"], name="fk_calendar_import_imported_by_user_account"
        ),
    )


def _moves() -> None:
    op.create_table(
        "deadline_move",
        sa.Column("id", KEY, nullable=False),
        sa.Column("import_id", KEY, nullable=False),
        sa.Column("deadline_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("was_provisional", sa.Boolean(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_move"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["calendar_import.id"], name="fk_deadline_move_import_id_calendar_import"
        ),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name="fk_deadline_move_deadline_id_deadline"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_deadline_move_case_id_case_file"),
    )
    op.create_index("ix_deadline_move_import_id", "deadline_move", ["import_id", "id"])
    op.create_index("ix_deadline_move_case_id", "deadline_move", ["case_id"])


def _fill_years() -> None:
    """Every year that was seeded is whole."""
    days = sa.table("calendar_day", sa.column("day", sa.Date), sa.column("source", sa.String))
    year = sa.extract("year", days.c.day)
    rows = op.get_bind().execute(sa.select(year, sa.func.min(days.c.source)).group_by(year).order_by(year)).all()
    table = sa.table("calendar_year", sa.column("year"), sa.column("is_complete"), sa.column("source"))
    op.bulk_insert(table, [{"year": int(row[0]), "is_complete": True, "source": row[1]} for row in rows])


def _fill_pauses() -> None:
    """What is paused stands still since its case came where it is; what went on counted calendar days."""
    bind = op.get_bind()
    for row in bind.execute(STAND_STILL).all():
        since = row.state_since if row.state_since.tzinfo else row.state_since.replace(tzinfo=UTC)
        _note(row.id, _pause(_local(since), None, row.days_left or 0))
    for row in bind.execute(WENT_ON).all():
        _note(row.id, _pause(row.starts_on, row.went_on, (row.due_on - row.went_on).days))


def _local(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def _pause(since: date, until: date | None, left: int) -> dict[str, Any]:
    to, again = (until.isoformat(), False) if until else (None, None)
    return {"from": since.isoformat(), "to": to, "left": left, "unit": "days", "why": "all", "again": again}


def _note(deadline_id: int, pause: dict[str, Any]) -> None:
    op.execute(DEADLINE.update().where(DEADLINE.c.id == deadline_id).values(pauses=[pause]))
