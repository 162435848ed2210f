"""All tables. Names of constraints follow the convention in `workflow/models/base.py`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)

# Children before their parents.
TABLES = (
    "import_job",
    "tick",
    "calendar_day",
    "outbox",
    "notice",
    "ledger_entry",
    "ledger_content",
    "work_item",
    "visit",
    "document",
    "deadline",
    "assignment",
    "case_file",
    "head_count",
    "enterprise",
    "web_session",
    "api_token",
    "sign_in_attempt",
    "role_assignment",
    "instructor_profile",
    "user_account",
    "organisation",
)


def upgrade() -> None:
    _organisations_and_people()
    _sign_in()
    _enterprises()
    _cases()
    _ledger()
    _notices()
    _upkeep()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _where(condition: str) -> dict[str, Any]:
    """An index over some rows only, on either store."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _organisations_and_people() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("parent_id", KEY, sa.ForeignKey("organisation.id"), index=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False, index=True),
        sa.UniqueConstraint("parent_id", "name"),
    )
    op.create_table(
        "user_account",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("username", sa.String, nullable=False, unique=True),
        sa.Column("display_name", sa.String, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("email", sa.String),
        sa.Column("locale", sa.String, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("is_demo", sa.Boolean, nullable=False),
        sa.Column("security_stamp", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "instructor_profile",
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id"), primary_key=True),
        sa.Column("is_full_member", sa.Boolean, nullable=False),
        sa.Column("under_discipline", sa.Boolean, nullable=False),
        sa.Column("term_from", sa.Date, nullable=False),
        sa.Column("term_to", sa.Date),
        sa.Column("load_cap", sa.Integer),
    )
    op.create_table(
        "role_assignment",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Index("ix_role_assignment_role_organisation_id", "role", "organisation_id"),
    )


def _sign_in() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("username", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("succeeded", sa.Boolean, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Index("ix_sign_in_attempt_address_at", "address", "at"),
        sa.Index("ix_sign_in_attempt_username_at", "username", "at"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("token_digest", sa.String, nullable=False, unique=True),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("security_stamp", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
    )
    op.create_table(
        "web_session",
        sa.Column("id_digest", sa.String, primary_key=True),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id"), index=True),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )


def _enterprises() -> None:
    op.create_table(
        "enterprise",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("credit_code", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False, index=True),
        sa.Column("town_id", KEY, sa.ForeignKey("organisation.id"), nullable=False, index=True),
        sa.Column("chamber_id", KEY, sa.ForeignKey("organisation.id"), nullable=False, index=True),
        sa.Column("founded_on", sa.Date),
        sa.Column("employees", sa.Integer),
        sa.Column("on_scale", sa.Boolean),
        sa.Column("high_tech", sa.Boolean),
        sa.Column("full_members", sa.Integer, nullable=False),
        sa.Column("probationary_members", sa.Integer, nullable=False),
        sa.Column("activists", sa.Integer, nullable=False),
        sa.Column("applicants", sa.Integer, nullable=False),
        sa.Column("members_in_transit", sa.Integer, nullable=False),
        sa.Column("has_branch", sa.Boolean, nullable=False),
        sa.Column("intended_form", sa.String),
        sa.Column("remark", sa.String),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("full_members >= 0 AND probationary_members >= 0", name="members_not_negative"),
    )
    op.create_table(
        "head_count",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("enterprise_id", KEY, sa.ForeignKey("enterprise.id"), nullable=False, index=True),
        sa.Column("counted_on", sa.Date, nullable=False),
        sa.Column("full_members", sa.Integer, nullable=False),
        sa.Column("probationary_members", sa.Integer, nullable=False),
        sa.Column("activists", sa.Integer, nullable=False),
        sa.Column("applicants", sa.Integer, nullable=False),
        sa.Column("members_in_transit", sa.Integer, nullable=False),
        sa.Column("recorded_by", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("recorded_at", MOMENT, nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("enterprise_id", KEY, sa.ForeignKey("enterprise.id"), nullable=False, index=True),
        sa.Column("process", sa.String, nullable=False),
        sa.Column("definition_version", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("chamber_id", KEY, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("committee_id", KEY, sa.ForeignKey("organisation.id"), nullable=False, index=True),
        sa.Column("scope_path", sa.String, nullable=False),
        sa.Column("instructor_id", KEY, sa.ForeignKey("user_account.id"), index=True),
        sa.Column("submitter_id", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("held_from", sa.String),
        sa.Column("last_occurred_on", sa.Date, nullable=False),
        sa.Column("founding_approved_on", sa.Date),
        sa.Column("result_approved_on", sa.Date),
        sa.Column("filed_on", sa.Date),
        sa.Column("established_on", sa.Date),
        sa.Column("finished_on", sa.Date),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("ledger_head", sa.String, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Index("ix_case_file_chamber_id_state", "chamber_id", "state"),
        sa.Index("ix_case_file_state_chamber_id", "state", "chamber_id"),
        sa.Index("ix_case_file_state_since", "state_since"),
        sa.Index("uq_case_file_open_enterprise", "enterprise_id", unique=True, **_where("finished_on IS NULL")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("instructor_id", KEY, sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("assigned_by", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("to_on", sa.Date),
        sa.Column("reason", sa.String),
    )
    op.create_table(
        "deadline",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("next_alert_on", sa.Date),
        sa.Column("days_left", sa.Integer),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("stopped_at", MOMENT),
        sa.Index("ix_deadline_status_due_on", "status", "due_on"),
        sa.Index("ix_deadline_status_next_alert_on", "status", "next_alert_on"),
        sa.Index("uq_deadline_running", "case_id", "code", unique=True, **_where("status <> 'stopped'")),
    )
    op.create_table(
        "document",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("stored_name", sa.String, nullable=False, unique=True),
        sa.Column("content_type", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("uploaded_by", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.UniqueConstraint("case_id", "code", "version"),
    )
    op.create_table(
        "visit",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("instructor_id", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("visited_on", sa.Date, nullable=False),
        sa.Column("met", sa.String, nullable=False),
        sa.Column("topics", sa.String, nullable=False),
        sa.Column("findings", sa.String),
        sa.Column("next_step", sa.String),
        sa.Column("met_owner", sa.Boolean, nullable=False),
        sa.Column("is_late", sa.Boolean, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Index("ix_visit_instructor_id_visited_on", "instructor_id", "visited_on"),
    )
    op.create_table(
        "work_item",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False, index=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id")),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("due_on", sa.Date),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Index("ix_work_item_open_due_on", "due_on", "case_id", **_where("closed_at IS NULL")),
        sa.Index(
            "ix_work_item_open_holder", "organisation_id", "role", "state", "case_id", **_where("closed_at IS NULL")
        ),
        sa.Index("ix_work_item_open_person", "user_id", **_where("closed_at IS NULL")),
        sa.Index("uq_work_item_open_case", "case_id", unique=True, **_where("closed_at IS NULL")),
    )


def _ledger() -> None:
    op.create_table(
        "ledger_content",
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("salt", sa.String, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("from_state", sa.String),
        sa.Column("to_state", sa.String, nullable=False),
        sa.Column("actor_id", KEY, sa.ForeignKey("user_account.id")),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("organisation_id", KEY, sa.ForeignKey("organisation.id")),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("definition_version", sa.Integer, nullable=False),
        sa.Column("rules_version", sa.String, nullable=False),
        sa.Column("content_digest", sa.String, nullable=False),
        sa.Column("idempotency_key", sa.String),
        sa.Column("request_digest", sa.String),
        sa.Column("prev_hash", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.UniqueConstraint("actor_id", "idempotency_key"),
        sa.UniqueConstraint("case_id", "seq"),
        sa.Index("ix_ledger_entry_occurred_on", "occurred_on", "to_state", "from_state", "case_id"),
    )


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id")),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.UniqueConstraint("event", "user_id"),
        sa.Index("ix_notice_user_id_read_at", "user_id", "read_at"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("case_id", KEY, sa.ForeignKey("case_file.id"), index=True),
        sa.Column("user_id", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.UniqueConstraint("event", "user_id", "channel"),
        sa.Index("ix_outbox_status_due_at", "status", "due_at"),
    )


def _upkeep() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("is_workday", sa.Boolean, nullable=False),
        sa.Column("name", sa.String),
        sa.Column("source", sa.String, nullable=False),
    )
    op.create_table(
        "tick",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "import_job",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("stored_name", sa.String, nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("create_organisations", sa.Boolean, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("rows_done", sa.Integer, nullable=False),
        sa.Column("rows_total", sa.Integer, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("message", sa.JSON),
        sa.Column("started_by", KEY, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("heartbeat_at", MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("finished_at", MOMENT),
    )
