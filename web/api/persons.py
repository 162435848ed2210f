"""Persons on their way into the Party, members, the roster of an enterprise, and where memberships are."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.actor import actor
from web.api.actions import IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import Cursor, Day, Input, Line, Listing, PageSize, Search, Shape, Words, shaped
from web.api.substitutions import headers_of
from web.auth.access import me
from web.context import reading, runtime
from workflow.errors import NotFound
from workflow.members.letters import Letter, end_membership, receive_membership, send_letter
from workflow.members.numbers import read_number
from workflow.members.reach import own_enterprises
from workflow.members.register import NewPerson, register_person
from workflow.queries.enterprises import id_of_code
from workflow.queries.members import list_persons, person_page, read_person_filter, roster


class PersonQuery(Input):
    q: Search = Field("", description="A part of the person's or of the enterprise's name.")
    standing: str = Field("", description="registered, applicant, activist, target, probationary, full or ended.")
    cursor: Cursor = ""
    limit: PageSize = 50


class PersonLineShape(Shape):
    """`case_id` is the open case. `counts`: toward the three full members a branch needs."""

    id: int
    name: str
    enterprise_id: int
    enterprise: str
    host: str
    standing: str
    standing_name: Words
    case_id: int | None
    due_on: date | None
    membership: str | None = Field(description="in_transit or received.")
    valid_until: date | None = Field(description="Of the transfer letter.")
    full_by: str | None = Field(description="The earliest month of full membership, such as 2028-11.")
    counts: bool


class PersonListing(Listing):
    items: list[PersonLineShape]


class MilestoneShape(Shape):
    code: str
    words: Words
    on: date
    is_provisional: bool = Field(description="The working calendar of that year is not out yet.")


class MembershipShape(Shape):
    id: int
    organisation_id: int
    status: str
    from_name: str | None
    letter_no: str | None
    letter_on: date | None
    valid_until: date | None
    received_on: date | None
    ended_on: date | None
    ended_why: str | None


class PersonShape(Shape):
    """Identity and phone number are masked here; reading one in the clear needs a reason (`readNumber`)."""

    id: int
    name: str
    enterprise_id: int
    standing: str
    host: str
    post: str | None
    born_on: date | None
    joined_on: date | None
    full_on: date | None
    identity: str | None
    phone: str | None
    case_id: int | None = Field(description="The newest case; what can be done now is with `getCase`.")
    milestones: list[MilestoneShape]
    memberships: list[MembershipShape]


class LetterRequest(Input):
    """A letter of introduction; with `received_on` the membership has arrived already."""

    from_name: Line = Field("", max_length=100)
    letter_no: Line = Field("", max_length=100)
    letter_on: Day | None = None
    valid_until: Day | None = None
    received_on: Day | None = None


class PersonRequest(Input):
    """`standing` registered opens a case (and `applied_on` records the application); the others go on the roster."""

    name: Line = Field(max_length=60)
    enterprise_id: int = Field(ge=1, le=2**63 - 1)
    standing: str = "registered"
    host_id: int | None = Field(None, ge=1, le=2**63 - 1, description="Left out: its own branch, or its chamber.")
    post: Line = Field("", max_length=60)
    born_on: Day | None = None
    identity: Line = Field("", max_length=40, description="Kept encrypted.")
    phone: Line = Field("", max_length=40, description="Kept encrypted.")
    applied_on: Day | None = None
    joined_on: Day | None = None
    full_on: Day | None = None
    letter: LetterRequest | None = None


class RegisteredShape(Shape):
    person_id: int
    case_id: int | None


class SentLetterRequest(LetterRequest):
    to: int = Field(ge=1, le=2**63 - 1, description="The organisation the membership goes to.")


class ReceiptRequest(Input):
    received_on: Day
    receipt_no: Line = Field("", max_length=100)


class EndRequest(Input):
    ended_on: Day
    why: Line = Field(max_length=100)


class MembershipMadeShape(Shape):
    membership_id: int


class ReadingRequest(Input):
    field: str = Field(description="identity or phone.")
    reason: Line = Field(max_length=500, description="Kept with who read it and when.")


class NumberShape(Shape):
    value: str


class RosterShape(Shape):
    """`counting` full members count toward the three; `source` says whether the figures come from persons."""

    enterprise_id: int
    source: str
    counting: int
    members: list[PersonLineShape]
    others: list[PersonLineShape]


@bp.get("/persons")
@bp.input(PersonQuery, location="query")
@bp.output(PersonListing)
@documented("members", "listPersons")
def get_persons(query_data: PersonQuery) -> PersonListing:
    """The persons you may know of, in the order in which they were registered."""
    wanted = read_person_filter(query_data.model_dump(exclude={"cursor", "limit"}))
    page = list_persons(reading(), runtime(), actor(), wanted, cursor=query_data.cursor, limit=query_data.limit)
    items = [PersonLineShape.model_validate(line) for line in page.rows]
    return PersonListing(items=items, next_cursor=page.next_cursor, total=page.total)


@bp.post("/persons")
@bp.input(PersonRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(RegisteredShape, 201, headers=Replayed)
@documented("members", "registerPerson", 403, 404)
def post_person(json_data: PersonRequest, headers_data: IdempotencyKey) -> tuple[RegisteredShape, int, dict[str, str]]:
    """Register an applicant, with a case of their own, or a member for the roster."""
    given = json_data.model_dump(exclude={"letter"})
    letter = Letter(**json_data.letter.model_dump()) if json_data.letter else None
    answer = register_person(runtime(), me().id, NewPerson(**given, letter=letter), headers_data.idempotency_key)
    return RegisteredShape.model_validate(answer.data), 201, headers_of(answer)


@bp.get("/persons/<int:person_id>")
@bp.output(PersonShape)
@documented("members", "getPerson")
def get_person(person_id: int) -> PersonShape:
    """A person: standing, membership, and when what is possible at the earliest."""
    page = person_page(reading(), runtime(), actor(), person_id)
    return shaped(
        PersonShape,
        page.person,
        enterprise_id=page.enterprise.id,
        host=page.host,
        identity=page.person.identity_mask,
        phone=page.person.phone_mask,
        case_id=page.case.head.id if page.case else None,
        milestones=[MilestoneShape.model_validate(one) for one in page.milestones],
        memberships=[MembershipShape.model_validate(line.row) for line in page.memberships],
    )


@bp.post("/persons/<int:person_id>/readings")
@bp.input(ReadingRequest)
@bp.output(NumberShape)
@documented("members", "readNumber", 403)
def post_reading(person_id: int, json_data: ReadingRequest) -> tuple[NumberShape, int, dict[str, str]]:
    """Read an identity or phone number in the clear; who read it and why is kept."""
    value = read_number(runtime(), me().id, person_id, json_data.field, json_data.reason)
    return NumberShape(value=value), 200, {"Cache-Control": "no-store"}


@bp.post("/persons/<int:person_id>/letters")
@bp.input(SentLetterRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(MembershipMadeShape, 201, headers=Replayed)
@documented("members", "sendLetter", 403)
def post_letter(
    person_id: int, json_data: SentLetterRequest, headers_data: IdempotencyKey
) -> tuple[MembershipMadeShape, int, dict[str, str]]:
    """Enter a transfer letter; the member counts once the membership is received."""
    letter = Letter(**json_data.model_dump(exclude={"to"}))
    answer = send_letter(runtime(), me().id, person_id, json_data.to, letter, headers_data.idempotency_key)
    return MembershipMadeShape.model_validate(answer.data), 201, headers_of(answer)


@bp.post("/memberships/<int:membership_id>/receive")
@bp.input(ReceiptRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(MembershipMadeShape, headers=Replayed)
@documented("members", "receiveMembership", 403)
def post_receipt(
    membership_id: int, json_data: ReceiptRequest, headers_data: IdempotencyKey
) -> tuple[MembershipMadeShape, int, dict[str, str]]:
    """The membership has arrived."""
    key, receipt = headers_data.idempotency_key, json_data
    answer = receive_membership(runtime(), me().id, membership_id, receipt.received_on, receipt.receipt_no, key)
    return MembershipMadeShape.model_validate(answer.data), 200, headers_of(answer)


@bp.post("/memberships/<int:membership_id>/end")
@bp.input(EndRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(MembershipMadeShape, headers=Replayed)
@documented("members", "endMembership", 403)
def post_membership_end(
    membership_id: int, json_data: EndRequest, headers_data: IdempotencyKey
) -> tuple[MembershipMadeShape, int, dict[str, str]]:
    """The letter is void, or the member has left for a body outside."""
    key = headers_data.idempotency_key
    answer = end_membership(runtime(), me().id, membership_id, json_data.ended_on, json_data.why, key)
    return MembershipMadeShape.model_validate(answer.data), 200, headers_of(answer)


@bp.get("/enterprises/<credit_code>/roster")
@bp.output(RosterShape)
@documented("members", "getRoster")
def get_roster(credit_code: str) -> RosterShape:
    """The members of an enterprise (花名册), and who else is on the way."""
    enterprise_id = id_of_code(reading(), credit_code, own_enterprises(actor()))
    if enterprise_id is None:
        raise NotFound("enterprise", "")
    found = roster(reading(), runtime(), actor(), enterprise_id)
    return RosterShape(
        enterprise_id=enterprise_id,
        source=found.enterprise.members_source,
        counting=found.counting,
        members=[PersonLineShape.model_validate(line) for line in found.members],
        others=[PersonLineShape.model_validate(line) for line in found.others],
    )
