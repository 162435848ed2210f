"""Rounds of approval, signers, and what people say to each other on a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
TABLES = ("claim", "opinion_template", "draft", "case_copy", "question", "signer", "approval_round")


def upgrade() -> None:
    _rounds()
    _words()
    op.create_table(
        "claim",
        sa.Column("work_item_id", KEY, sa.ForeignKey("work_item.id"), primary_key=True, autoincrement=False),
        _person("user_id"),
        sa.Column("given_by", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("claimed_at", MOMENT, nullable=False),
    )
    op.add_column("case_file", sa.Column("undo", sa.JSON()))


def downgrade() -> None:
    op.drop_column("case_file", "undo")
    for table_name in TABLES:
        op.drop_table(table_name)


def _where(name: str, table: str, column: str, condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=unique, sqlite_where=where, postgresql_where=where)


def _person(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, KEY, sa.ForeignKey("user_account.id"), nullable=nullable)


def _rounds() -> None:
    op.create_table(
        "approval_round",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        _person("opened_by"),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("closed_at", MOMENT),
    )
    _where("uq_approval_round_open_case", "approval_round", "case_id", "outcome IS NULL", unique=True)
    op.create_table(
        "signer",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("round_id", KEY, sa.ForeignKey("approval_round.id"), nullable=False, index=True),
        _person("user_id"),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("waits_for", KEY, sa.ForeignKey("signer.id")),
        _person("added_by", nullable=True),
        sa.Column("decision", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("asked_at", MOMENT),
        sa.Column("decided_at", MOMENT),
    )
    _where("ix_signer_asked_user_id", "signer", "user_id", "status = 'asked'")


def _words() -> None:
    op.create_table(
        "question",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        _person("from_user_id"),
        _person("to_user_id"),
        sa.Column("holds_signer", KEY, sa.ForeignKey("signer.id")),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("answer", sa.String()),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
    )
    _where("ix_question_open_to_user_id", "question", "to_user_id", "closed_at IS NULL")
    op.create_table(
        "case_copy",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id"), nullable=False, index=True),
        _person("copied_by"),
        sa.Column("copied_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT),
        sa.UniqueConstraint("case_id", "user_id"),
    )
    op.create_table(
        "draft",
        sa.Column("id", KEY, primary_key=True),
        _person("user_id"),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.UniqueConstraint("user_id", "case_id", "action"),
    )
    op.create_table(
        "opinion_template",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id"), index=True),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), index=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
