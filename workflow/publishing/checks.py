"""What must hold beside the proof before a definition can be published as the next version of its process."""

from __future__ import annotations

from workflow.definition.model import Definition
from workflow.definition.reading import Faults
from workflow.definition.versions import Versions
from workflow.errors import Conflict, InvalidInput, NotFound
from workflow.publishing.source import FIELD
from workflow.text import Text

UNKNOWN_PROCESS = Text(
    "系统里没有流程“{process}”，现有：{known}。请核对文件开头的 process",
    'There is no process "{process}" here, only: {known}. Check `process` at the top of the file',
)
SAME_FILE = Text(
    "这个文件就是已发布的第 {version} 版，没有变化；要让它重新生效，请用“恢复到第 {version} 版”",
    "This file is version {version}, published already. To put it in force again, go back to version {version}",
)
TAKEN = Text(
    "第 {version} 版已经发布，内容不能再改；请把文件里的 version 改为 {next}",
    "Version {version} is published and cannot be changed: set `version` in the file to {next}",
)
NOT_NEXT = Text(
    "版本号应为 {next}，文件里是 {version}；请改正文件里的 version",
    "The next version is {next}, the file says {version}: put `version` right",
)


def require_known_process(definition: Definition, versions: Versions) -> None:
    """Raises InvalidInput for another process than the one these are the versions of."""
    known = versions.current.process
    if definition.process != known:
        raise InvalidInput({FIELD: UNKNOWN_PROCESS.filled(process=definition.process, known=known)})


def require_next(definition: Definition, faults: Faults, versions: Versions) -> None:
    """Raises Conflict where the version or the very file is published already, InvalidInput where one is left out,
    and DefinitionError where a name to be carried over never was one.
    """
    require_known_process(definition, versions)
    following = max(versions.by_number) + 1
    words = {"version": definition.version, "next": following}
    if definition.version in versions.by_number:
        is_same = versions.of(definition.version).digest == definition.digest
        raise Conflict((SAME_FILE if is_same else TAKEN).filled(**words))
    if definition.version != following:
        raise InvalidInput({FIELD: NOT_NEXT.filled(**words)})
    for old in definition.renamed_states:
        if old not in versions.states:
            faults.add(("renamed_states", old), f"no published version has a state {old}")
    faults.raise_if_any()


def published_version(versions: Versions, number: int) -> Definition:
    """Raises NotFound where there is no such version."""
    if number not in versions.by_number:
        raise NotFound("definition", f"{versions.current.process} {number}")
    return versions.of(number)
