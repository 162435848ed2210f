"""Substitutes, leave, and handing a case over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)

# Children before their parents.
TABLES = ("kept_answer", "handover_pack", "substitution_state", "substitution", "leave")
COLUMNS = {"enterprise": "industry", "assignment": "basis", "instructor_profile": "expertise"}


def upgrade() -> None:
    _absence()
    _handing_over()
    with _changing("ledger_entry") as table:
        table.add_column(sa.Column("principal_id", KEY, nullable=True))
        table.create_foreign_key("fk_ledger_entry_principal_id_user_account", "user_account", ["principal_id"], ["id"])
    for name, column in COLUMNS.items():
        with _changing(name) as table:
            table.add_column(sa.Column(column, sa.String() if column == "industry" else sa.JSON(), nullable=True))


def downgrade() -> None:
    for name, column in COLUMNS.items():
        with _changing(name) as table:
            table.drop_column(column)
    with _changing("ledger_entry") as table:
        table.drop_constraint("fk_ledger_entry_principal_id_user_account", type_="foreignkey")
        table.drop_column("principal_id")
    for name in TABLES:
        op.drop_table(name)


@contextmanager
def _changing(table: str) -> Iterator[BatchOperations]:
    """SQLite makes the table anew, and with the old one its triggers would go: they are made anew as they were."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    triggers = _triggers(table) if is_sqlite else []
    with op.batch_alter_table(table, recreate="always" if is_sqlite else "never") as batch:
        yield batch
    for statement in triggers:
        op.execute(statement)


def _triggers(table: str) -> list[str]:
    kept = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
    return list(op.get_bind().scalars(kept, {"name": table}))


def _absence() -> None:
    op.create_table(
        "leave",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("person_id", KEY, sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("to_on", sa.Date, nullable=False),
        sa.Column("created_by", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("from_on <= to_on", name="days_in_order"),
    )
    op.create_table(
        "substitution",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("principal_id", KEY, sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("substitute_id", KEY, sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("to_on", sa.Date, nullable=False),
        sa.Column("leave_id", KEY, sa.ForeignKey("leave.id")),
        sa.Column("created_by", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", KEY, sa.ForeignKey("user_account.id")),
        sa.CheckConstraint("principal_id <> substitute_id", name="not_oneself"),
        sa.CheckConstraint("from_on <= to_on", name="days_in_order"),
    )
    op.create_table(
        "substitution_state",
        sa.Column("substitution_id", KEY, sa.ForeignKey("substitution.id"), primary_key=True),
        sa.Column("state", sa.String, primary_key=True),
    )


def _handing_over() -> None:
    op.create_table(
        "handover_pack",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("leaver_id", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("receiver_id", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("signed_at", MOMENT),
        sa.Column("superseded_at", MOMENT),
    )
    op.create_index("ix_handover_pack_receiver_id_signed_at", "handover_pack", ["receiver_id", "signed_at"])
    op.create_table(
        "kept_answer",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("actor_id", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=False),
        sa.Column("request_digest", sa.String, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("actor_id", "idempotency_key"),
    )
