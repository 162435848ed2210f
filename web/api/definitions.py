"""Published versions of the process: reading them, trying the next one, publishing it, going back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

from pydantic import Field

from web.api.actions import REPLAYED, IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.moves import address_of
from web.api.shapes import Input, Line, Shape, Words, shaped
from web.auth.access import me, roles
from web.context import reading, runtime, versions
from web.definitions.index import READERS
from workflow.errors import DefinitionError, InvalidInput
from workflow.publishing.comparing import Fate
from workflow.publishing.in_force import MAX_NOTE, Setting
from workflow.publishing.listing import list_versions, source_of
from workflow.publishing.move_run import run_at_once
from workflow.publishing.preview import CaseLine
from workflow.publishing.publish import preview_of, publish
from workflow.publishing.rollback import put_back
from workflow.publishing.source import FIELD, proved, read_source

# Its size is judged in bytes, which a schema has no word for.
Source = Annotated[str, Field(description="The text of the file: YAML, as `zujian` ships it, of up to 256 KB.")]
Note = Annotated[Line, Field(max_length=MAX_NOTE, description="Kept with the version.")]


class VersionShape(Shape):
    """`published_by` is null for what came with the product or from its console."""

    process: str
    version: int
    digest: str
    published_at: datetime
    published_by: str | None
    note: str | None
    is_current: bool = Field(description="New cases begin with it.")
    open_cases: int
    all_cases: int


class VersionListing(Shape):
    items: list[VersionShape]


class SourceShape(Shape):
    version: int
    source: str


class SourceRequest(Input):
    source: Source


class CheckShape(Shape):
    """`faults` each name their line; there are none in a sound definition."""

    is_sound: bool
    faults: list[str]
    process: str | None
    version: int | None
    digest: str | None


class CaseLineShape(Shape):
    """`becomes` is the step's name in the new version; null where it has no such step."""

    case_id: int
    enterprise: str
    version: int
    state: str
    state_name: Words
    becomes: Words | None
    fate: Fate
    reasons: list[Words]


class PreviewShape(Shape):
    """What the version would mean for each open case."""

    from_version: int
    version: int
    unaffected: int
    mapped: int
    needs_person: int
    refusal: Words | None = Field(description="Why it cannot be published, where it drops a step in use.")
    cases: list[CaseLineShape]


class PublishRequest(SourceRequest):
    note: Note | None = None
    move_cases: bool = Field(False, description="Also move the open cases that are unaffected or mapped.")


class PutBackRequest(Input):
    to: int = Field(ge=1, le=2**31 - 1, description="A published version.")
    note: Note | None = None


class InForceShape(Shape):
    """The version in force now; cases moved with it so far, and those that stay because of what stands there."""

    version: int
    moved: int
    kept: int


class InForceHeaders(Replayed):
    """`Location` is the move of open cases, where one was asked for."""

    location: str | None = Field(
        None, alias="Location", description="The move of open cases; one of few is done already."
    )


@contextmanager
def _faults_named() -> Iterator[None]:
    """A faulty file is refused as any other input."""
    try:
        yield
    except DefinitionError as error:
        raise InvalidInput({FIELD: error.text}) from error


@bp.get("/definitions")
@roles(*READERS)
@bp.output(VersionListing)
@documented("process", "listDefinitions", 403)
def get_definitions() -> VersionListing:
    """The published versions, newest first, with how many cases live by each."""
    return VersionListing(items=[VersionShape.model_validate(line) for line in list_versions(reading(), versions())])


@bp.get("/definitions/<int:version>")
@roles(*READERS)
@bp.output(SourceShape)
@documented("process", "getDefinitionSource", 403)
def get_definition_source(version: int) -> SourceShape:
    """The file of a version, as it was published."""
    return SourceShape(version=version, source=source_of(reading(), versions(), version))


@bp.post("/definitions/check")
@roles("admin")
@bp.input(SourceRequest)
@bp.output(CheckShape)
@documented("process", "checkDefinition", 403)
def check_definition(json_data: SourceRequest) -> CheckShape:
    """Prove a definition sound, without publishing it."""
    try:
        definition, _ = proved(_text(json_data))
    except DefinitionError as error:
        return CheckShape(is_sound=False, faults=list(error.faults), process=None, version=None, digest=None)
    return shaped(CheckShape, definition, is_sound=True, faults=[])


@bp.post("/definitions/preview")
@roles("admin")
@bp.input(SourceRequest)
@bp.output(PreviewShape)
@documented("process", "previewDefinition", 403, 409)
def preview_definition(json_data: SourceRequest) -> PreviewShape:
    """Compare a definition with every open case, without publishing it.

    409 where the version is published already.
    """
    with _faults_named():
        _, found = preview_of(reading(), runtime(), _text(json_data))
    return PreviewShape(
        from_version=found.from_version,
        version=found.version,
        **{fate.value: len(lines) for fate, lines in found.by_fate.items()},
        refusal=Words.model_validate(found.in_use.text) if found.in_use else None,
        cases=[_case(line) for line in found.lines],
    )


@bp.post("/definitions")
@roles("admin")
@bp.input(PublishRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(InForceShape, 202, headers=InForceHeaders)
@documented("process", "publishDefinition", 403, 409)
def publish_definition(
    json_data: PublishRequest, headers_data: IdempotencyKey
) -> tuple[InForceShape, int, dict[str, str]]:
    """Publish a definition as the next version.

    409 where it is published already, somebody was faster, or it drops a step in use. Many cases are moved
    beside the request: ask `Location` how far they are. A repeated request with the same `Idempotency-Key` publishes
    nothing twice, and answers the same move.
    """
    with _faults_named():
        setting = publish(
            runtime(),
            _text(json_data),
            actor_id=me().id,
            note=json_data.note,
            key=headers_data.idempotency_key,
            with_cases=json_data.move_cases,
        )
    return _in_force(setting)


@bp.post("/definitions/rollback")
@roles("admin")
@bp.input(PutBackRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(InForceShape, 202, headers=InForceHeaders)
@documented("process", "rollBackDefinition", 403, 404, 409)
def roll_back_definition(
    json_data: PutBackRequest, headers_data: IdempotencyKey
) -> tuple[InForceShape, int, dict[str, str]]:
    """Put an older version back in force, and the cases that were moved since back where they were.

    Where it is in force already, only cases that were not taken back yet are. Many are taken back beside the request:
    ask `Location` how far they are.
    """
    key = headers_data.idempotency_key
    return _in_force(put_back(runtime(), json_data.to, actor_id=me().id, note=json_data.note, key=key, with_cases=True))


def _text(asked: SourceRequest) -> str:
    return read_source(asked.source.encode())


def _case(line: CaseLine) -> CaseLineShape:
    return shaped(CaseLineShape, line)


def _in_force(setting: Setting) -> tuple[InForceShape, int, dict[str, str]]:
    headers = {REPLAYED: "true"} if setting.replayed else {}
    if setting.job_id is None:
        return InForceShape(version=setting.version, moved=0, kept=0), 202, headers
    line = run_at_once(runtime(), setting.job_id)
    shape = InForceShape(version=setting.version, moved=line.moved, kept=line.kept)
    return shape, 202, {**headers, "Location": address_of(line.job.id)}
