"""Tables. Importing this package registers all of them with `Base.metadata`."""

from workflow.models.approval import ApprovalRound, CaseCopy, Claim, Draft, OpinionTemplate, Question, Signer
from workflow.models.base import Base
from workflow.models.campaign import (
    Activity,
    Appointment,
    Honour,
    HonourKind,
    LeaderContact,
    LeaderVisit,
    PriorityEnterprise,
    PriorityKind,
    ServiceStation,
)
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
from workflow.models.delivery import ChannelPace, Contact, DeliveryAttempt, NoticeHours, NoticeWish
from workflow.models.document import Document
from workflow.models.enterprise import Enterprise, HeadCount, Visit
from workflow.models.founding import ChamberOrganisation, DevelopedMember, FoundedOrganisation
from workflow.models.incident import Incident
from workflow.models.issued_report import IssuedFile, IssuedReport
from workflow.models.job import ImportJob, Job, MovedCase, MoveJob
from workflow.models.ledger import LedgerContent, LedgerEntry
from workflow.models.member import Membership, Person, PersonReading, Standing
from workflow.models.notice import Notice, OutboxRow
from workflow.models.organisation import Organisation, OrganisationKind, OrganisationType
from workflow.models.people import HandoverPack, KeptAnswer, Leave, Substitution, SubstitutionState
from workflow.models.person import InstructorProfile, RoleAssignment, User
from workflow.models.planning import InstructorAssessment, InstructorPlan, Mark, Metric, Target
from workflow.models.register import Register, Source
from workflow.models.sign_in import ApiToken, SignInAttempt, WebSession
from workflow.models.training import Attendance, Audience, Training
from workflow.models.upkeep import CalendarDay, CalendarImport, CalendarYear, DeadlineMove, Tick

__all__ = [
    "Activity",
    "ApiToken",
    "Appointment",
    "ApprovalRound",
    "Assignment",
    "Attendance",
    "Audience",
    "Base",
    "CalendarDay",
    "CalendarImport",
    "CalendarYear",
    "Case",
    "CaseCopy",
    "ChamberOrganisation",
    "ChannelPace",
    "Claim",
    "CommitteeSession",
    "Contact",
    "Deadline",
    "DeadlineMove",
    "DefinitionInForce",
    "DefinitionVersion",
    "DeliveryAttempt",
    "DevelopedMember",
    "Document",
    "Draft",
    "Enterprise",
    "FoundedOrganisation",
    "HandoverPack",
    "HeadCount",
    "Honour",
    "HonourKind",
    "ImportJob",
    "Incident",
    "InstructorAssessment",
    "InstructorPlan",
    "InstructorProfile",
    "Interest",
    "IssuedFile",
    "IssuedReport",
    "Job",
    "KeptAnswer",
    "LeaderContact",
    "LeaderVisit",
    "Leave",
    "LedgerContent",
    "LedgerEntry",
    "Mark",
    "Membership",
    "Metric",
    "MoveJob",
    "MovedCase",
    "Notice",
    "NoticeHours",
    "NoticeWish",
    "OpinionTemplate",
    "Organisation",
    "OrganisationKind",
    "OrganisationType",
    "OutboxRow",
    "PaperNumber",
    "PaperSeries",
    "PaperSign",
    "Person",
    "PersonReading",
    "PriorityEnterprise",
    "PriorityKind",
    "Question",
    "Register",
    "RoleAssignment",
    "ServiceStation",
    "SessionAct",
    "SessionItem",
    "SessionSeat",
    "SignInAttempt",
    "Signer",
    "Source",
    "Standing",
    "Substitution",
    "SubstitutionState",
    "Target",
    "Tick",
    "Training",
    "User",
    "Visit",
    "WebSession",
    "WorkItem",
]
