"""The joint case a case has joined."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
FOREIGN_KEY = "fk_case_file_joint_case_id_case_file"
INDEX = "ix_case_file_joint_case_id"


def upgrade() -> None:
    with _changing() as table:
        table.add_column(sa.Column("joint_case_id", KEY, nullable=True))
        table.create_foreign_key(FOREIGN_KEY, "case_file", ["joint_case_id"], ["id"])
    op.create_index(INDEX, "case_file", ["joint_case_id"])


def downgrade() -> None:
    op.drop_index(INDEX, "case_file")
    with _changing() as table:
        table.drop_constraint(FOREIGN_KEY, type_="foreignkey")
        table.drop_column("joint_case_id")


@contextmanager
def _changing() -> Iterator[BatchOperations]:
    """SQLite makes the table anew; it has no triggers that would go with the old one."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("case_file", recreate="always" if is_sqlite else "never") as table:
        yield table
