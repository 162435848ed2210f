"""Where people are told outside the application, how they wish it, each attempt at it, and what needs an operator."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
UNSPREAD = "ix_outbox_spread_at"
BUNDLED = "ix_outbox_bundle_id"
OUTSIDE = "ix_outbox_outside"
IS_OUTSIDE = sa.text("channel <> 'in_app'")


def upgrade() -> None:
    _outbox()
    _contacts_and_wishes()
    _attempts()
    _incidents()


def _outbox() -> None:
    op.add_column("outbox", sa.Column("spread_at", MOMENT, nullable=True))
    op.add_column("outbox", sa.Column("bundle_id", sa.String, nullable=True))
    # What was told before has had its mail.
    op.execute("UPDATE outbox SET spread_at = created_at")
    op.create_index(UNSPREAD, "outbox", ["channel", "spread_at", "due_at"])
    op.create_index(BUNDLED, "outbox", ["bundle_id"])
    op.create_index(
        OUTSIDE,
        "outbox",
        ["user_id", "channel", "spread_at"],
        sqlite_where=IS_OUTSIDE,
        postgresql_where=IS_OUTSIDE,
    )


def _contacts_and_wishes() -> None:
    op.create_table(
        "contact",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "channel", name="pk_contact"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_contact_user_id_user_account"),
    )
    op.create_table(
        "notice_wish",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("pace", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", "channel", name="pk_notice_wish"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_notice_wish_user_id_user_account"),
    )
    op.create_table(
        "notice_hours",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("quiet_from", sa.Integer, nullable=True),
        sa.Column("quiet_to", sa.Integer, nullable=True),
        sa.Column("digest_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_notice_hours"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_notice_hours_user_id_user_account"),
    )


def _attempts() -> None:
    op.create_table(
        "delivery_attempt",
        sa.Column("outbox_id", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("result", sa.String, nullable=True),
        sa.Column("answer", sa.String, nullable=True),
        sa.PrimaryKeyConstraint("outbox_id", "number", name="pk_delivery_attempt"),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_delivery_attempt_outbox_id_outbox"),
    )


def _incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("open_key", sa.String, nullable=True),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("outbox_id", sa.String, nullable=True),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", KEY, nullable=True),
        sa.Column("reason", sa.String, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.UniqueConstraint("open_key", name="uq_incident_open_key"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_incident_case_id_case_file"),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_incident_outbox_id_outbox"),
        sa.ForeignKeyConstraint(["closed_by"], ["user_account.id"], name="fk_incident_closed_by_user_account"),
    )
    op.create_index("ix_incident_status_last_at", "incident", ["status", "last_at"])


def downgrade() -> None:
    for table in ("incident", "delivery_attempt", "notice_hours", "notice_wish", "contact"):
        op.drop_table(table)
    for index in (OUTSIDE, BUNDLED, UNSPREAD):
        op.drop_index(index, "outbox")
    for column in ("bundle_id", "spread_at"):
        op.drop_column("outbox", column)
