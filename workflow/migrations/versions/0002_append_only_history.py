"""Triggers that keep the history append-only, whoever asks and by whatever client, on either store."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("ledger_entry", "ledger_content")
VERBS = ("UPDATE", "DELETE")


def upgrade() -> None:
    if _is_sqlite():
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def downgrade() -> None:
    if _is_sqlite():
        for table in TABLES:
            for verb in VERBS:
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
