"""Triggers that keep the history append-only, whoever asks and by whatever client, on either store."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("ledger_entry", "ledger_content")
VERBS = ("UPDATE", "DELETE")
# INSERT OR REPLACE deletes without asking a DELETE trigger, unless the client itself asked for that.
NO_REPLACE = (
    """
    CREATE TRIGGER ledger_entry_no_replace BEFORE INSERT ON ledger_entry
    WHEN EXISTS (
        SELECT 1 FROM ledger_entry
        WHERE id = NEW.id OR (case_id = NEW.case_id AND seq = NEW.seq)
        OR (actor_id = NEW.actor_id AND idempotency_key = NEW.idempotency_key)
    )
    BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only: id, seq or idempotency_key is taken'); END
    """,
    """
    CREATE TRIGGER ledger_content_no_replace BEFORE INSERT ON ledger_content
    WHEN EXISTS (SELECT 1 FROM ledger_content WHERE case_id = NEW.case_id AND seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'ledger_content is append-only: seq is taken'); END
    """,
)


def upgrade() -> None:
    if _is_sqlite():
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def downgrade() -> None:
    if _is_sqlite():
        for table in TABLES:
            for verb in (*VERBS, "REPLACE"):
                op.execute(f"DROP TRIGGER {table}_no_{verb.lower()}")
    else:
        op.execute("DROP FUNCTION refuse_change() CASCADE")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _refuse_on_sqlite() -> None:
    for table in TABLES:
        for verb in VERBS:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for statement in NO_REPLACE:
        op.execute(statement)


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in TABLES:
        # For each statement, so that TRUNCATE and a statement that hits no row are refused as well.
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
