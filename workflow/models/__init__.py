"""Tables. Importing this package registers all of them with `Base.metadata`."""

from workflow.models.approval import ApprovalRound, CaseCopy, Claim, Draft, OpinionTemplate, Question, Signer
from workflow.models.base import Base
from workflow.models.case import Assignment, Case, Deadline, WorkItem
from workflow.models.committee_session import (
    CommitteeSession,
    Interest,
    PaperNumber,
    PaperSeries,
    PaperSign,
    SessionAct,
    SessionItem,
    SessionSeat,
)
from workflow.models.definition import DefinitionInForce, DefinitionVersion
from workflow.models.document import Document
from workflow.models.enterprise import Enterprise, HeadCount, Visit
from workflow.models.ledger import LedgerContent, LedgerEntry
from workflow.models.notice import Notice, OutboxRow
from workflow.models.organisation import Organisation, OrganisationKind, OrganisationType
from workflow.models.people import HandoverPack, KeptAnswer, Leave, Substitution, SubstitutionState
from workflow.models.person import InstructorProfile, RoleAssignment, User
from workflow.models.sign_in import ApiToken, SignInAttempt, WebSession
from workflow.models.upkeep import CalendarDay, ImportJob, Tick

__all__ = [
    "ApiToken",
    "ApprovalRound",
    "Assignment",
    "Base",
    "CalendarDay",
    "Case",
    "CaseCopy",
    "Claim",
    "CommitteeSession",
    "Deadline",
    "DefinitionInForce",
    "DefinitionVersion",
    "Document",
    "Draft",
    "Enterprise",
    "HandoverPack",
    "HeadCount",
    "ImportJob",
    "InstructorProfile",
    "Interest",
    "KeptAnswer",
    "Leave",
    "LedgerContent",
    "LedgerEntry",
    "Notice",
    "OpinionTemplate",
    "Organisation",
    "OrganisationKind",
    "OrganisationType",
    "OutboxRow",
    "PaperNumber",
    "PaperSeries",
    "PaperSign",
    "Question",
    "RoleAssignment",
    "SessionAct",
    "SessionItem",
    "SessionSeat",
    "SignInAttempt",
    "Signer",
    "Substitution",
    "SubstitutionState",
    "Tick",
    "User",
    "Visit",
    "WebSession",
    "WorkItem",
]
