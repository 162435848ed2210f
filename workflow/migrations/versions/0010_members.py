"""Persons on their way into the Party, membership, training, and persons' cases beside the foundings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from workflow.clock import utc_now
from workflow.definition.library import MEMBER_DEVELOPMENT, load_definition

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
READINGS = "person_reading"
# As in 0002: INSERT OR REPLACE asks no DELETE trigger.
NO_REPLACE = """
    CREATE TRIGGER person_reading_no_replace BEFORE INSERT ON person_reading
    WHEN EXISTS (SELECT 1 FROM person_reading WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'person_reading is append-only: the place is taken'); END
"""
OPEN = "finished_on IS NULL"
# name -> (column, which of the open cases) of what may be open once.
OPEN_CASES = {
    "uq_case_file_open_enterprise": ("enterprise_id", f"{OPEN} AND person_id IS NULL"),
    "uq_case_file_open_person": ("person_id", f"{OPEN} AND person_id IS NOT NULL"),
}
PLACES = {
    "ix_case_file_state_chamber_id": ["state", "chamber_id"],
    "ix_case_file_chamber_id_state": ["chamber_id", "state"],
}


def upgrade() -> None:
    _persons()
    _training()
    with _changing("enterprise") as table:
        for name in ("members_source", "applicants_source"):
            table.add_column(sa.Column(name, sa.String, nullable=False, server_default="figures"))
        table.add_column(sa.Column("branch_id", KEY, nullable=True))
        table.create_foreign_key("fk_enterprise_branch_id_organisation", "organisation", ["branch_id"], ["id"])
    _drop_indexes(["uq_case_file_open_enterprise", *PLACES])
    with _changing("case_file") as table:
        table.add_column(sa.Column("person_id", KEY, nullable=True))
        table.create_foreign_key("fk_case_file_person_id_person", "person", ["person_id"], ["id"])
    op.create_index("ix_case_file_person_id", "case_file", ["person_id"])
    for name, (column, which) in OPEN_CASES.items():
        _unique_where(name, "case_file", column, which)
    for name, columns in PLACES.items():
        op.create_index(name, "case_file", [*columns, "person_id"])
    _publish()


def downgrade() -> None:
    """Refused once a person's case was opened: the history it has cannot be removed."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM case_file WHERE person_id IS NOT NULL")):
        raise RuntimeError("persons have cases: their history cannot be taken back with this revision")
    _drop_indexes([*OPEN_CASES, *PLACES, "ix_case_file_person_id"])
    with _changing("case_file") as table:
        table.drop_constraint("fk_case_file_person_id_person", type_="foreignkey")
        table.drop_column("person_id")
    _unique_where("uq_case_file_open_enterprise", "case_file", "enterprise_id", OPEN)
    for name, columns in PLACES.items():
        op.create_index(name, "case_file", columns)
    with _changing("enterprise") as table:
        table.drop_constraint("fk_enterprise_branch_id_organisation", type_="foreignkey")
        for name in ("branch_id", "applicants_source", "members_source"):
            table.drop_column(name)
    for name in ("attendance", "training", READINGS, "membership", "person"):
        op.drop_table(name)


@contextmanager
def _changing(table: str) -> Iterator[BatchOperations]:
    """SQLite makes the table anew; neither of those changed here has a trigger to be lost with it."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(table, recreate="always" if is_sqlite else "never") as batch:
        yield batch


def _drop_indexes(names: list[str]) -> None:
    for name in names:
        op.drop_index(name, "case_file")


def _unique_where(name: str, table: str, column: str, which: str) -> None:
    op.create_index(name, table, [column], unique=True, sqlite_where=sa.text(which), postgresql_where=sa.text(which))


def _persons() -> None:
    op.create_table(
        "person",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("name", sa.String, nullable=False, index=True),
        sa.Column("employer_id", KEY, sa.ForeignKey("enterprise.id"), nullable=False),
        sa.Column("host_id", KEY, sa.ForeignKey("organisation.id"), nullable=False, index=True),
        sa.Column("standing", sa.String, nullable=False),
        sa.Column("post", sa.String),
        sa.Column("born_on", sa.Date),
        sa.Column("joined_on", sa.Date),
        sa.Column("full_on", sa.Date),
        sa.Column("identity_sealed", sa.LargeBinary),
        sa.Column("identity_mark", sa.String, unique=True),
        sa.Column("identity_mask", sa.String),
        sa.Column("phone_sealed", sa.LargeBinary),
        sa.Column("phone_mark", sa.String, index=True),
        sa.Column("phone_mask", sa.String),
        sa.Column("created_by", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index("ix_person_employer_id_standing", "person", ["employer_id", "standing"])
    op.create_table(
        "membership",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), nullable=False, index=True),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("from_name", sa.String),
        sa.Column("letter_no", sa.String),
        sa.Column("letter_on", sa.Date),
        sa.Column("valid_until", sa.Date),
        sa.Column("received_on", sa.Date),
        sa.Column("receipt_no", sa.String),
        sa.Column("ended_on", sa.Date),
        sa.Column("ended_why", sa.String),
        sa.Column("recorded_by", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("valid_until >= letter_on", name="letter_in_order"),
    )
    _unique_where("uq_membership_open_person", "membership", "person_id", "ended_on IS NULL")
    op.create_table(
        READINGS,
        sa.Column("id", KEY, primary_key=True),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("field", sa.String, nullable=False),
        sa.Column("reader_id", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {READINGS}_no_{verb.lower()} BEFORE {verb} ON {READINGS} "
                f"BEGIN SELECT RAISE(ABORT, '{READINGS} is append-only'); END"
            )
        op.execute(NO_REPLACE)
    else:
        op.execute(
            f"CREATE TRIGGER {READINGS}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {READINGS} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _training() -> None:
    op.create_table(
        "training",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), nullable=False, index=True),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("for_targets", sa.Boolean, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("to_on", sa.Date, nullable=False),
        sa.Column("hours", sa.Integer, nullable=False),
        sa.Column("recorded_by", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("from_on <= to_on", name="days_in_order"),
        sa.CheckConstraint("hours >= 0", name="hours_not_negative"),
    )
    op.create_table(
        "attendance",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("training_id", KEY, sa.ForeignKey("training.id"), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("hours", sa.Integer, nullable=False),
        sa.Column("certificate_no", sa.String),
        sa.Column("recorded_by", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.UniqueConstraint("training_id", "person_id"),
        sa.CheckConstraint("days >= 0 AND hours >= 0", name="not_negative"),
    )


def _publish() -> None:
    """What the product ships is the first version; one that stayed from before a downgrade stays."""
    shipped, now = load_definition(MEMBER_DEVELOPMENT), utc_now()
    connection, tables = op.get_bind(), sa.MetaData()
    tables.reflect(connection, only=["definition_version", "definition_in_force"])
    versions, in_force = tables.tables["definition_version"], tables.tables["definition_in_force"]
    known = sa.select(versions.c.version).where(versions.c.process == shipped.process)
    if connection.scalar(known.limit(1)) is not None:
        return
    which = {"process": shipped.process, "version": shipped.version}
    source = MEMBER_DEVELOPMENT.read_text(encoding="utf-8")
    connection.execute(sa.insert(versions).values(**which, digest=shipped.digest, source=source, published_at=now))
    connection.execute(sa.insert(in_force).values(**which, number=1, since=now))
