"""Moves of cases between versions that are worked off beside the request, and what became of each case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "move_job",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("process", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.Column("after_case", KEY, nullable=False),
        sa.Column("started_by", KEY, nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=True),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("message", sa.JSON, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("heartbeat_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_move_job"),
        sa.UniqueConstraint("started_by", "idempotency_key", name="uq_move_job_started_by_idempotency_key"),
        sa.ForeignKeyConstraint(["started_by"], ["user_account.id"], name="fk_move_job_started_by_user_account"),
    )
    op.create_table(
        "moved_case",
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("is_moved", sa.Boolean, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "case_id", name="pk_moved_case"),
        sa.ForeignKeyConstraint(["job_id"], ["move_job.id"], name="fk_moved_case_job_id_move_job"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_moved_case_case_id_case_file"),
    )


def downgrade() -> None:
    op.drop_table("moved_case")
    op.drop_table("move_job")
