"""The joint case a case has joined."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
FOREIGN_KEY = "fk_case_file_joint_case_id_case_file"
INDEX = "ix_case_file_joint_case_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Made in place: a table made anew would lose its triggers.
        op.execute(
            f"ALTER TABLE case_file ADD COLUMN joint_case_id INTEGER CONSTRAINT {FOREIGN_KEY} REFERENCES case_file (id)"
        )
    else:
        op.add_column("case_file", sa.Column("joint_case_id", KEY, nullable=True))
        op.create_foreign_key(FOREIGN_KEY, "case_file", "case_file", ["joint_case_id"], ["id"])
    op.create_index(INDEX, "case_file", ["joint_case_id"])


def downgrade() -> None:
    op.drop_index(INDEX, "case_file")
    with op.batch_alter_table("case_file") as table:
        table.drop_constraint(FOREIGN_KEY, type_="foreignkey")
        table.drop_column("joint_case_id")
