"""What a person hands in: a file from the browser, or the file of an earlier trial once more."""

from __future__ import annotations

from pathlib import Path

from werkzeug.datastructures import FileStorage

from workflow.errors import InvalidInput
from workflow.imports import Upload
from workflow.jobs import Status
from workflow.models import ImportJob
from workflow.roster.archive import refuse_size
from workflow.text import Text

LONGEST_NAME = 200
GONE = Text("上传的文件已不在系统里：请重新上传", "The uploaded file is no longer kept: upload it again")


def read_upload(file: FileStorage | None) -> Upload:
    """A trial run of the file, refused at once where it is too large; the rest the import itself says."""
    if file is None or not file.filename:
        raise InvalidInput({"file": Text("请选择要导入的 .xlsx 文件", "Choose the .xlsx file to import")})
    name = Path(file.filename.replace("\\", "/")).name[:LONGEST_NAME]
    data = file.read()
    refuse_size(len(data))
    return Upload(filename=name, data=data, dry_run=True, create_organisations=False)


def again(folder: Path, job: ImportJob, create_organisations: bool) -> Upload:
    """The import of a file that was tried, or whose import broke off; raises InvalidInput where that cannot be."""
    if not can_import(job):
        raise InvalidInput({"file": Text("请先试运行成功，再正式导入", "A trial run has to succeed first")})
    missing = job.counts.get("organisations_missing", [])
    if missing and not create_organisations:
        sentence = Text(
            f"名册里有 {len(missing)} 个组织不在组织树里：请勾选新建，或先改正名册",
            f"{len(missing)} organisations of the roster are not in the tree: tick to create them, or mend the roster",
        )
        raise InvalidInput({"create_organisations": sentence})
    path = folder / job.stored_name
    if not path.is_file():
        raise InvalidInput({"file": GONE})
    create = create_organisations or job.create_organisations
    return Upload(filename=job.filename, data=path.read_bytes(), dry_run=False, create_organisations=create)


def can_import(job: ImportJob) -> bool:
    """A good trial, or an import that did not come to its end: run again it goes on without doubles."""
    if job.dry_run:
        return job.status == Status.DONE and bool(job.counts.get("counts", {}).get("importable"))
    return job.status == Status.FAILED
