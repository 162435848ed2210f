"""What the commands share: a runtime over a database that is there and up to date."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError

from workflow.errors import WorkflowError
from workflow.migrations import current_revision, newest_revision
from workflow.runtime import Runtime
from workflow.settings import load_settings
from workflow.text import Text


class NotReady(WorkflowError):
    """The database does not answer, or its tables are not those of this version."""


def open_runtime() -> Runtime:
    """Raises NotReady with what to do, where a command would otherwise end in the words of a driver."""
    runtime = Runtime.from_settings(load_settings())
    try:
        revision = current_revision(runtime.db)
    except DatabaseError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise NotReady(Text(f"数据库无法打开：{reason}", f"The database cannot be opened: {reason}")) from error
    if revision != newest_revision():
        raise NotReady(
            Text("数据库还不是本版本的表结构：请先执行 zujian db upgrade", "Run this first: zujian db upgrade")
        )
    return runtime
