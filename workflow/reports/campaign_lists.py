"""The lists behind the stage report: rows of the registers, and the product's own cases beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from workflow.campaign.standing import stands
from workflow.models import (
    Activity,
    Appointment,
    Assignment,
    Case,
    ChamberOrganisation,
    DevelopedMember,
    Enterprise,
    FoundedOrganisation,
    Honour,
    HonourKind,
    LeaderContact,
    LeaderVisit,
    Organisation,
    OrganisationKind,
    OrganisationType,
    ServiceStation,
    User,
)
from workflow.models.case import founding
from workflow.reports.figure import Listing, Row, Subject, rows
from workflow.reports.reader import Reader
from workflow.reports.settings import FOUNDING_DATE_BASIS
from workflow.reports.words import FORMS
from workflow.text import Text

NAME = Text("企业名称", "Enterprise")
CODE = Text("统一社会信用代码", "Credit code")
TOWN = Text("所属镇街", "Town")
DAY = Text("日期", "Day")
SOURCE = Text("来源", "Source")
FROM_LEDGER = Text("台账", "ledger")
FROM_CASE = Text("本系统案件", "a case here")
YES, NO = Text("是", "yes"), Text("否", "no")
TOWNS = aliased(Organisation)


def _of_firms(reader: Reader, model: Any, *columns: Any) -> Select[Any]:
    """Standing rows of a register about enterprises of the area, with the firm's number, name, code and town first."""
    return (
        select(Enterprise.id, Enterprise.name, Enterprise.credit_code, TOWNS.name, *columns)
        .select_from(model)
        .join(Enterprise, Enterprise.id == model.enterprise_id)
        .join(TOWNS, TOWNS.id == Enterprise.town_id)
        .where(stands(model), reader.in_area(Enterprise.chamber_id))
    )


def leader_contacts(reader: Reader) -> Listing:
    query = _of_firms(reader, LeaderContact, LeaderContact.post, LeaderContact.from_on)
    found = reader.session.execute(
        query.where(reader.in_period(LeaderContact.from_on)).order_by(LeaderContact.from_on, LeaderContact.id)
    )
    columns = (NAME, CODE, TOWN, Text("联系领导职务", "Post of the leader"), Text("设立日期", "Set up on"))
    return Listing(columns, rows(found, "enterprise"))


def leader_visits(reader: Reader) -> Listing:
    """By the contact point as it was when the visit was entered."""
    query = (
        select(Enterprise.id, Enterprise.name, Enterprise.credit_code, TOWNS.name, LeaderContact.post)
        .add_columns(LeaderVisit.visited_on, LeaderVisit.topics)
        .select_from(LeaderVisit)
        .join(LeaderContact, LeaderContact.id == LeaderVisit.contact_id)
        .join(Enterprise, Enterprise.id == LeaderContact.enterprise_id)
        .join(TOWNS, TOWNS.id == Enterprise.town_id)
        .where(stands(LeaderVisit), reader.in_area(Enterprise.chamber_id), reader.in_period(LeaderVisit.visited_on))
        .order_by(LeaderVisit.visited_on, LeaderVisit.id)
    )
    columns = (NAME, CODE, TOWN, Text("联系领导职务", "Post of the leader"), Text("走访日期", "Visited on"))
    found = reader.session.execute(query)
    return Listing((*columns, Text("内容", "Topics")), rows(found, "enterprise"))


def stations(reader: Reader) -> Listing:
    found = reader.session.execute(
        select(ServiceStation.name, TOWNS.name, ServiceStation.address, ServiceStation.from_on)
        .join(TOWNS, TOWNS.id == ServiceStation.town_id)
        .where(stands(ServiceStation), reader.in_area(TOWNS.id), reader.in_period(ServiceStation.from_on))
        .order_by(ServiceStation.from_on, ServiceStation.id)
    )
    columns = (Text("名称", "Name"), TOWN, Text("地址", "Address"), Text("设立日期", "Set up on"))
    return Listing(columns, rows(found))


def instructors(reader: Reader) -> Listing:
    """One row for each person and enterprise; the first column says who it is, so that a person counts once."""
    appointed = reader.session.execute(
        _of_firms(reader, Appointment, Appointment.number, User.username, Appointment.from_on)
        .outerjoin(User, User.id == Appointment.user_id)
        .where(reader.in_period(Appointment.from_on))
        .order_by(Appointment.from_on, Appointment.id)
    )
    found = [
        Row((one.username or one.number, *one[1:4], one.from_on, FROM_LEDGER), Subject("enterprise", one[0]))
        for one in appointed
    ]
    assigned = reader.session.execute(
        select(Case.id, User.username, Enterprise.name, Enterprise.credit_code, TOWNS.name, Assignment.from_on)
        .select_from(Assignment)
        .join(Case, Case.id == Assignment.case_id)
        .join(User, User.id == Assignment.instructor_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(TOWNS, TOWNS.id == Enterprise.town_id)
        .where(founding(), reader.in_area(Case.chamber_id), reader.in_period(Assignment.from_on))
        .order_by(Assignment.from_on, Assignment.id)
    )
    found += [Row((*one[1:], FROM_CASE), Subject("case", one[0])) for one in assigned]
    columns = (Text("指导员", "Instructor"), NAME, CODE, TOWN, Text("选派日期", "Selected on"), SOURCE)
    return Listing(columns, tuple(found))


def founded(reader: Reader) -> Listing:
    """An enterprise stands here once: by its case, else by the ledger."""
    cases = _founded_by_cases(reader)
    known = {row.cells[1] for row in cases}
    query = _of_firms(
        reader,
        FoundedOrganisation,
        FoundedOrganisation.form,
        FoundedOrganisation.approved_on,
        FoundedOrganisation.by_chamber,
    )
    of_ledger = reader.session.execute(
        query.where(reader.in_period(FoundedOrganisation.approved_on)).order_by(
            FoundedOrganisation.approved_on, FoundedOrganisation.id
        )
    )
    listed = [
        Row(
            (*one[1:4], FORMS.get(one.form, one.form), one.approved_on, YES if one.by_chamber else NO, FROM_LEDGER),
            Subject("enterprise", one[0]),
        )
        for one in of_ledger
        if one.credit_code not in known
    ]
    columns = (
        NAME,
        CODE,
        TOWN,
        Text("组建方式", "Form"),
        Text("批复日期", "Day of the reply"),
        Text("依托商会组建", "With the chamber's help"),
        SOURCE,
    )
    return Listing(columns, (*listed, *cases))


def founded_by_chamber(reader: Reader) -> Listing:
    return founded(reader).where(lambda row: row.cells[5] == YES)


def founded_on(reader: Reader) -> InstrumentedAttribute[date | None]:
    """Which of a case's three days counts as the day of founding (domain section 7.1)."""
    column: InstrumentedAttribute[date | None] = getattr(Case, reader.settings[FOUNDING_DATE_BASIS.code])
    return column


def _founded_by_cases(reader: Reader) -> list[Row]:
    chamber = aliased(Organisation)
    found = reader.session.execute(
        select(
            Case.id,
            Enterprise.name,
            Enterprise.credit_code,
            TOWNS.name,
            Case.form,
            founded_on(reader).label("founded_on"),
            chamber.kind,
        )
        .select_from(Case)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(TOWNS, TOWNS.id == Enterprise.town_id)
        .join(chamber, chamber.id == Case.chamber_id)
        .where(
            Case.established_on.is_not(None),
            reader.in_area(Case.chamber_id),
            reader.in_period(founded_on(reader)),
        )
        .order_by(founded_on(reader), Case.id)
    )
    return [
        Row(
            (
                *one[1:4],
                FORMS.get(one.form, one.form),
                one.founded_on,
                YES if one.kind == OrganisationKind.CHAMBER else NO,
                FROM_CASE,
            ),
            Subject("case", one.id),
        )
        for one in found
    ]


def chamber_organisations(reader: Reader, type_: OrganisationType) -> Listing:
    found = reader.session.execute(
        select(ChamberOrganisation.name, ChamberOrganisation.founded_on)
        .where(
            stands(ChamberOrganisation),
            ChamberOrganisation.type == type_,
            reader.in_area(ChamberOrganisation.area_id),
            reader.in_period(ChamberOrganisation.founded_on),
        )
        .order_by(ChamberOrganisation.founded_on, ChamberOrganisation.id)
    )
    return Listing((Text("名称", "Name"), Text("成立日期", "Founded on")), rows(found))


def developed_members(reader: Reader) -> Listing:
    query = _of_firms(reader, DevelopedMember, DevelopedMember.developed_on)
    found = reader.session.execute(
        query.where(reader.in_period(DevelopedMember.developed_on)).order_by(
            DevelopedMember.developed_on, DevelopedMember.id
        )
    )
    return Listing((NAME, CODE, TOWN, Text("发展日期", "Admitted on")), rows(found, "enterprise"))


def activities(reader: Reader) -> Listing:
    found = reader.session.execute(
        select(
            Activity.held_on,
            TOWNS.name,
            Activity.theme,
            Activity.participants,
            Activity.essays,
            Activity.suggestions,
        )
        .join(TOWNS, TOWNS.id == Activity.town_id)
        .where(stands(Activity), reader.in_area(Activity.town_id), reader.in_period(Activity.held_on))
        .order_by(Activity.held_on, Activity.id)
    )
    columns = (
        DAY,
        TOWN,
        Text("活动主题", "Theme"),
        Text("参与人数", "Participants"),
        Text("学习心得篇数", "Essays"),
        Text("献计献策条数", "Suggestions"),
    )
    return Listing(columns, rows(found))


def honours(reader: Reader, kind: HonourKind) -> Listing:
    query = _of_firms(reader, Honour, Honour.named_on).where(Honour.kind == kind, reader.in_period(Honour.named_on))
    found = reader.session.execute(query.order_by(Honour.named_on, Honour.id))
    return Listing((NAME, CODE, TOWN, Text("命名日期", "Named on")), rows(found, "enterprise"))
