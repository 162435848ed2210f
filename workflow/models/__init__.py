"""Tables. Importing this package registers all of them with `Base.metadata`."""

from workflow.models.base import Base
from workflow.models.case import Assignment, Case, Deadline, WorkItem
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
    "Assignment",
    "Base",
    "CalendarDay",
    "Case",
    "Deadline",
    "Document",
    "Enterprise",
    "HandoverPack",
    "HeadCount",
    "ImportJob",
    "InstructorProfile",
    "KeptAnswer",
    "Leave",
    "LedgerContent",
    "LedgerEntry",
    "Notice",
    "Organisation",
    "OrganisationKind",
    "OrganisationType",
    "OutboxRow",
    "RoleAssignment",
    "SignInAttempt",
    "Substitution",
    "SubstitutionState",
    "Tick",
    "User",
    "Visit",
    "WebSession",
    "WorkItem",
]
