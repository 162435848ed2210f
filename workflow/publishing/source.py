"""The text of a definition as it is handed in, and its proof."""

from __future__ import annotations

from workflow.definition.library import prove_source
from workflow.definition.model import Definition
from workflow.definition.reading import Faults
from workflow.errors import InvalidInput
from workflow.text import Text

FIELD = "file"
FILENAME = "definition.yaml"
# Several times what a whole process takes.
MAX_SIZE = 256 * 1024
TOO_LARGE = Text("流程文件最大 256 KB", "A definition file may have up to 256 KB")
EMPTY = Text("请选择流程文件（.yaml）", "Choose the definition file (.yaml)")
NOT_UTF8 = Text("文件不是 UTF-8 文本：请以 UTF-8 编码另存后再传", "The file is not UTF-8 text: save it as UTF-8")


def read_source(data: bytes) -> str:
    """The text, with line ends as they are kept; raises InvalidInput where it is none, or too long."""
    if len(data) > MAX_SIZE:
        raise InvalidInput({FIELD: TOO_LARGE})
    if not data.strip():
        raise InvalidInput({FIELD: EMPTY})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput({FIELD: NOT_UTF8}) from error
    # A form of a browser sends lines with CR LF, and one text has one digest.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def proved(source: str, filename: str = FILENAME) -> tuple[Definition, Faults]:
    """Raises DefinitionError with every fault and its line. The collector knows the lines for what is found later."""
    definition, faults = prove_source(source, filename)
    faults.raise_if_any()
    return definition, faults
