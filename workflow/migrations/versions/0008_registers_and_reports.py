"""The registers behind the district's report, and reports as they were issued: all of them append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
REGISTERS = (
    "leader_contact",
    "leader_visit",
    "service_station",
    "instructor_appointment",
    "campaign_activity",
    "honour",
    "priority_enterprise",
    "founded_organisation",
    "chamber_organisation",
    "developed_member",
    "target",
    "instructor_plan",
    "instructor_assessment",
)
TABLES = (*REGISTERS, "issued_report", "issued_report_file")
VERBS = ("UPDATE", "DELETE")
NO_REPLACE = """
    CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})
    BEGIN SELECT RAISE(ABORT, '{table} is append-only: the place is taken'); END
"""
# INSERT OR REPLACE deletes without asking a DELETE trigger, unless the client itself asked for that.
OF_A_REGISTER = (
    "id = NEW.id OR replaces_id = NEW.replaces_id"
    " OR (import_key = NEW.import_key AND imported_digest = NEW.imported_digest)"
)
TAKEN = {
    **dict.fromkeys(REGISTERS, OF_A_REGISTER),
    "issued_report": "id = NEW.id OR (issued_by = NEW.issued_by AND idempotency_key = NEW.idempotency_key)",
    "issued_report_file": "id = NEW.id OR (report_id = NEW.report_id AND format = NEW.format)",
}


def upgrade() -> None:
    _make_campaign_tables()
    _make_founding_tables()
    _make_planning_tables()
    _make_issued_tables()
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _make_campaign_tables() -> None:
    _register(
        "leader_contact", _ref("enterprise"), _word("leader", True), _word("post"), *_period(), index="enterprise"
    )
    _register(
        "leader_visit",
        sa.Column("contact_id", KEY, nullable=False),
        _day("visited_on"),
        _word("topics"),
        _word("solved", True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["leader_contact.id"], name="fk_leader_visit_contact_id_leader_contact"
        ),
    )
    op.create_index("ix_leader_visit_contact_id", "leader_visit", ["contact_id"])
    _register(
        "service_station",
        _word("name"),
        sa.Column("town_id", KEY, nullable=False),
        _word("address"),
        _number("staff", True),
        _word("opening", True),
        *_period(),
        _foreign("service_station", "town_id", "organisation"),
    )
    _register(
        "instructor_appointment",
        _word("number"),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("town_id", KEY, nullable=False),
        _ref("enterprise"),
        *_period(),
        _foreign("instructor_appointment", "user_id", "user_account"),
        _foreign("instructor_appointment", "town_id", "organisation"),
        index="enterprise",
    )
    op.create_index("ix_instructor_appointment_number", "instructor_appointment", ["number"])
    _register(
        "campaign_activity",
        sa.Column("town_id", KEY, nullable=False),
        _ref("enterprise", True),
        _day("held_on"),
        _word("theme"),
        _number("participants"),
        _number("essays"),
        _number("suggestions"),
        _foreign("campaign_activity", "town_id", "organisation"),
        sa.CheckConstraint("participants >= 0 AND essays >= 0 AND suggestions >= 0", name="counts_not_negative"),
    )
    honour = (_word("kind"), _ref("enterprise"), _day("named_on"), _day("to_on", True))
    _register("honour", *honour, index="enterprise")
    priority = (_ref("enterprise"), _word("kind"), _word("reason"), *_period())
    _register("priority_enterprise", *priority, index="enterprise")


def _make_founding_tables() -> None:
    founded = (
        _ref("enterprise"),
        _word("form"),
        _day("approved_on"),
        sa.Column("by_chamber", sa.Boolean, nullable=False),
    )
    _register("founded_organisation", *founded, index="enterprise")
    _register(
        "chamber_organisation",
        _word("name"),
        _word("type"),
        sa.Column("area_id", KEY, nullable=False),
        _day("founded_on"),
        _foreign("chamber_organisation", "area_id", "organisation"),
    )
    _register("developed_member", _ref("enterprise"), _day("developed_on"), index="enterprise")


def _make_planning_tables() -> None:
    _register(
        "target",
        _word("name"),
        _number("employees_min", True),
        _number("employees_max", True),
        sa.Column("on_scale", sa.Boolean, nullable=True),
        sa.Column("has_member", sa.Boolean, nullable=True),
        _word("metric"),
        _number("goal_percent"),
        _day("due_on"),
        _word("basis", True),
    )
    plan = (_word("half_year"), _number("visits"), _word("work"))
    assessment = (_word("half_year"), _word("mark"), _word("remark"), sa.Column("figures", sa.JSON, nullable=False))
    for table, columns in (("instructor_plan", plan), ("instructor_assessment", assessment)):
        _register(
            table,
            sa.Column("instructor_id", KEY, nullable=False),
            *columns,
            _foreign(table, "instructor_id", "user_account"),
        )
        op.create_index(f"ix_{table}_instructor_id", table, ["instructor_id"])


def _make_issued_tables() -> None:
    op.create_table(
        "issued_report",
        sa.Column("id", KEY, nullable=False),
        _word("report"),
        _day("from_on"),
        _day("to_on"),
        _word("area_path"),
        sa.Column("parameters", sa.JSON, nullable=False),
        _word("content"),
        _word("digest"),
        sa.Column("issued_by", KEY, nullable=True),
        sa.Column("issued_at", MOMENT, nullable=False),
        _word("idempotency_key", True),
        sa.PrimaryKeyConstraint("id", name="pk_issued_report"),
        sa.UniqueConstraint("issued_by", "idempotency_key", name="uq_issued_report_issued_by_idempotency_key"),
        _foreign("issued_report", "issued_by", "user_account"),
    )
    op.create_index("ix_issued_report_report", "issued_report", ["report"])
    op.create_table(
        "issued_report_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("report_id", KEY, nullable=False),
        _word("format"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        _word("sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_issued_report_file"),
        sa.UniqueConstraint("report_id", "format", name="uq_issued_report_file_report_id_format"),
        _foreign("issued_report_file", "report_id", "issued_report"),
    )
    op.create_index("ix_issued_report_file_report_id", "issued_report_file", ["report_id"])


def _register(table: str, *columns: SchemaItem, index: str = "") -> None:
    """A table with its own columns and those every register has; `index` names what it refers to and is searched by."""
    op.create_table(
        table,
        *columns,
        sa.Column("id", KEY, nullable=False),
        _word("source"),
        sa.Column("is_withdrawn", sa.Boolean, nullable=False),
        _word("correction_reason", True),
        _word("import_key", True),
        _word("imported_digest", True),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("replaces_id", KEY, nullable=True),
        *([_foreign(table, "enterprise_id", "enterprise")] if _refers_to_enterprise(columns) else []),
        _foreign(table, "recorded_by", "user_account"),
        _foreign(table, "replaces_id", table),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("replaces_id", name=f"uq_{table}_replaces_id"),
        sa.UniqueConstraint("import_key", "imported_digest", name=f"uq_{table}_import_key_imported_digest"),
    )
    if index:
        op.create_index(f"ix_{table}_{index}_id", table, [f"{index}_id"])


def _refers_to_enterprise(columns: tuple[SchemaItem, ...]) -> bool:
    return any(isinstance(column, sa.Column) and column.name == "enterprise_id" for column in columns)


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def _ref(target: str, is_optional: bool = False) -> sa.Column[int]:
    return sa.Column(f"{target}_id", KEY, nullable=is_optional)


def _word(name: str, is_optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=is_optional)


def _number(name: str, is_optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=is_optional)


def _day(name: str, is_optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date, nullable=is_optional)


def _period() -> tuple[sa.Column[object], sa.Column[object]]:
    return _day("from_on"), _day("to_on", True)


def _refuse_on_sqlite() -> None:
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
