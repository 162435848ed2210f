"""Sessions of a committee: attendance, agenda, votes, and the numbers of its papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)

# Children before their parents.
TABLES = (
    "paper_number",
    "paper_series",
    "paper_sign",
    "interest",
    "session_act",
    "session_item",
    "session_seat",
    "committee_session",
)


def upgrade() -> None:
    _sessions()
    _acts()
    _keep_acts()
    _interests()
    _numbers()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _sessions() -> None:
    op.create_table(
        "committee_session",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("chair", sa.String, nullable=False),
        sa.Column("recorder", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("closed_by", KEY, sa.ForeignKey("user_account.id")),
    )
    op.create_index("ix_committee_session_organisation_id_held_on", "committee_session", ["organisation_id", "held_on"])
    op.create_table(
        "session_seat",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("session_id", KEY, sa.ForeignKey("committee_session.id"), nullable=False),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("attendance", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.UniqueConstraint("session_id", "name"),
    )
    op.create_table(
        "session_item",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("session_id", KEY, sa.ForeignKey("committee_session.id"), nullable=False),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("case_since", MOMENT, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("answer", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("yes", sa.Integer),
        sa.Column("no", sa.Integer),
        sa.Column("abstain", sa.Integer),
        sa.Column("votes", sa.JSON),
        sa.Column("action", sa.String),
        sa.Column("reply_no", sa.String),
        sa.Column("tally", sa.JSON),
        sa.UniqueConstraint("session_id", "case_id"),
    )
    is_open = sa.text("is_open")
    op.create_index(
        "uq_session_item_open_case",
        "session_item",
        ["case_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _acts() -> None:
    op.create_table(
        "session_act",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("session_id", KEY, sa.ForeignKey("committee_session.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("actor_id", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("idempotency_key", sa.String),
        sa.Column("request_digest", sa.String, nullable=False),
        sa.UniqueConstraint("session_id", "seq"),
        sa.UniqueConstraint("actor_id", "idempotency_key"),
    )


def _keep_acts() -> None:
    """What was done with a session, its closing above all, is never rewritten, whoever asks and by whatever client."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER session_act_no_{verb.lower()} BEFORE {verb} ON session_act "
                "BEGIN SELECT RAISE(ABORT, 'session_act is append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER session_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON session_act "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _interests() -> None:
    op.create_table(
        "interest",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("enterprise_id", KEY, sa.ForeignKey("enterprise.id"), nullable=False),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("note", sa.String),
        sa.Column("noted_by", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.UniqueConstraint("enterprise_id", "name"),
    )


def _numbers() -> None:
    op.create_table(
        "paper_sign",
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), primary_key=True),
        sa.Column("sign", sa.String, nullable=False),
    )
    op.create_table(
        "paper_series",
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), primary_key=True),
        sa.Column("sign", sa.String, primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("next_number", sa.Integer, nullable=False),
    )
    op.create_table(
        "paper_number",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("sign", sa.String, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.UniqueConstraint("organisation_id", "sign", "year", "number"),
    )
