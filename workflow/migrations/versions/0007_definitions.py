"""Published versions of a process definition. What the product ships is the first one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.clock import utc_now
from workflow.definition.library import BRANCH_FORMATION, load_definition, shipped_source

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
TABLES = ("definition_version", "definition_in_force")
VERBS = ("UPDATE", "DELETE")
NO_REPLACE = """
    CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})
    BEGIN SELECT RAISE(ABORT, '{table} is append-only: the place is taken'); END
"""
# INSERT OR REPLACE deletes without asking a DELETE trigger, unless the client itself asked for that.
TAKEN = {
    "definition_version": "process = NEW.process AND version = NEW.version",
    "definition_in_force": "id = NEW.id OR (process = NEW.process AND number = NEW.number)"
    " OR (set_by = NEW.set_by AND idempotency_key = NEW.idempotency_key)",
}


# As in 0002, each place asked for by itself: asked for together with OR, SQLite reads the whole history for each entry
# once its statistics say that most entries have no key.
LEDGER_NO_REPLACE = """
    CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry
    WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM ledger_entry WHERE case_id = NEW.case_id AND seq = NEW.seq)
    OR EXISTS (
        SELECT 1 FROM ledger_entry WHERE actor_id = NEW.actor_id AND idempotency_key = NEW.idempotency_key
    )
    BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only: id, seq or idempotency_key is taken'); END
"""


def upgrade() -> None:
    versions, in_force = _make_tables()
    shipped, now = load_definition(BRANCH_FORMATION), utc_now()
    which = {"process": shipped.process, "version": shipped.version}
    op.bulk_insert(versions, [{**which, "digest": shipped.digest, "source": shipped_source(), "published_at": now}])
    op.bulk_insert(in_force, [{**which, "number": 1, "since": now}])
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _make_tables() -> tuple[sa.Table, sa.Table]:
    versions = op.create_table(
        "definition_version",
        sa.Column("process", sa.String, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", KEY, nullable=True),
        sa.Column("note", sa.String, nullable=True),
        sa.PrimaryKeyConstraint("process", "version", name="pk_definition_version"),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name="fk_definition_version_published_by_user_account"
        ),
    )
    in_force = op.create_table(
        "definition_in_force",
        sa.Column("id", KEY, nullable=False),
        sa.Column("process", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("set_by", KEY, nullable=True),
        sa.Column("note", sa.String, nullable=True),
        sa.Column("idempotency_key", sa.String, nullable=True),
        sa.Column("request_digest", sa.String, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_definition_in_force"),
        sa.UniqueConstraint("process", "number", name="uq_definition_in_force_process_number"),
        sa.UniqueConstraint("set_by", "idempotency_key", name="uq_definition_in_force_set_by_idempotency_key"),
        sa.ForeignKeyConstraint(
            ["process", "version"],
            ["definition_version.process", "definition_version.version"],
            name="fk_definition_in_force_process_version_definition_version",
        ),
        sa.ForeignKeyConstraint(["set_by"], ["user_account.id"], name="fk_definition_in_force_set_by_user_account"),
    )
    return versions, in_force


def _refuse_on_sqlite() -> None:
    op.execute("DROP TRIGGER ledger_entry_no_replace")
    op.execute(LEDGER_NO_REPLACE)
    for table in TABLES:
        for verb in VERBS:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        op.execute(NO_REPLACE.format(table=table, taken=TAKEN[table]))


def _refuse_on_postgresql() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
