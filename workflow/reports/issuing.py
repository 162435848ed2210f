"""Issuing a report (签发): what it says at that moment is kept, content and files, and can never be changed."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.errors import KeyReused, NotFound, WorkflowError
from workflow.models import IssuedFile, IssuedReport
from workflow.reports.asking import Wanted, areas_of, read_report
from workflow.reports.content import canonical
from workflow.reports.files import FILES, Format
from workflow.reports.reader import EVERYWHERE
from workflow.runtime import Runtime
from workflow.text import Text


class DamagedReport(WorkflowError):
    """A stored file no longer has the digest it was issued with."""


def issue_report(runtime: Runtime, actor_id: int | None, wanted: Wanted, key: str | None = None) -> int:
    """Makes the report anew, stores it with its files, and answers its number; the same `key` again answers the same.

    Raises NotPermitted for everybody but managers, NotFound and InvalidInput as `read_report`, KeyReused for a key that
    issued something else.
    """
    try:
        return _issue(runtime, actor_id, wanted, key)
    except IntegrityError:
        # The same button pressed twice: the other one is through by now.
        return _issue(runtime, actor_id, wanted, key)


def _issue(runtime: Runtime, actor_id: int | None, wanted: Wanted, key: str | None) -> int:
    """Counting and writing the files takes seconds, so it happens before the database is locked for writing."""
    with runtime.db.reading() as session:
        areas = areas_of(session, runtime, actor_id)
        if key and (known := _issued_with(session, actor_id, key)):
            _refuse_other_request(known, wanted, key)
            return known.id
        report = read_report(session, runtime, actor_id, wanted)
    content = canonical(report)
    files = {format_: kind.write(report, "zh") for format_, kind in FILES.items()}
    with runtime.db.unit_of_work() as session:
        issued = IssuedReport(
            report=report.code,
            from_on=report.from_on,
            to_on=report.to_on,
            area_path=" ".join(areas),
            parameters=dict(wanted.settings),
            content=content,
            digest=hashlib.sha256(content.encode()).hexdigest(),
            issued_by=actor_id,
            issued_at=report.as_of,
            idempotency_key=key,
        )
        session.add(issued)
        session.flush()  # the files need its number
        for format_, data in files.items():
            sha256 = hashlib.sha256(data).hexdigest()
            session.add(IssuedFile(report_id=issued.id, format=format_, data=data, sha256=sha256))
        return issued.id


def _issued_with(session: Session, actor_id: int | None, key: str) -> IssuedReport | None:
    same = (IssuedReport.issued_by == actor_id, IssuedReport.idempotency_key == key)
    return session.scalars(select(IssuedReport).where(*same)).one_or_none()


def _refuse_other_request(known: IssuedReport, wanted: Wanted, key: str) -> None:
    before = (known.report, known.from_on, known.to_on, known.parameters)
    if before != (wanted.code, wanted.from_on, wanted.to_on, dict(wanted.settings)):
        raise KeyReused(key)


def issued_reports(session: Session, runtime: Runtime, actor_id: int | None) -> list[IssuedReport]:
    """The reports on the person's own areas, the newest first."""
    areas = areas_of(session, runtime, actor_id)
    found = session.scalars(select(IssuedReport).order_by(IssuedReport.id.desc()))
    return [one for one in found if _covers(areas, one)]


def issued_report(session: Session, runtime: Runtime, actor_id: int | None, number: int) -> IssuedReport:
    """Raises NotFound for a number of none, or of a report on another area."""
    areas = areas_of(session, runtime, actor_id)
    found = session.get(IssuedReport, number)
    if found is None or not _covers(areas, found):
        raise NotFound("issued report", number)
    return found


def issued_file(session: Session, runtime: Runtime, actor_id: int | None, number: int, format_: Format) -> bytes:
    """The very bytes of the day; raises DamagedReport where the store no longer has them."""
    issued_report(session, runtime, actor_id, number)
    wanted = (IssuedFile.report_id == number, IssuedFile.format == format_)
    found = session.scalars(select(IssuedFile).where(*wanted)).one_or_none()
    if found is None:
        raise NotFound("issued file", f"{number} {format_}")
    if hashlib.sha256(found.data).hexdigest() != found.sha256:
        raise DamagedReport(
            Text(
                f"第 {number} 号报表的存档已损坏，请从备份恢复",
                f"Report no. {number} is damaged: restore it from a backup",
            )
        )
    return found.data


def _covers(areas: tuple[str, ...], issued: IssuedReport) -> bool:
    """A report on everything was issued at the console, for the whole district."""
    paths = issued.area_path.split(" ")
    return areas == EVERYWHERE or all(any(path.startswith(area) for area in areas) for path in paths)
