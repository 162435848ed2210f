"""One XML part of an office file: its declarations, links and fields. No entity is expanded: a DOCTYPE is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The one parser that tells of a DOCTYPE before it acts on it.
from xml.parsers import expat

from workflow.documents.refusals import ActiveField, DamagedFile, EmbeddedObject, ExternalLink, FileRefused, MacroFound

_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|macrosheet", re.IGNORECASE)
_OBJECT_TYPES = re.compile(r"oleobject|activex|/control$|/package$", re.IGNORECASE)
_OUTSIDE_TYPES = re.compile(r"/(attachedTemplate|externalLinkPath|subDocument|frame)$")
_ACTIVE = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b", re.IGNORECASE)
# A table of contents links inside the file (\l), which is harmless.
_LINK_FIELD = re.compile(r"\bHYPERLINK\s+(?!\\l)(\S+)", re.IGNORECASE)
_ACTIVE_FORMULA = re.compile(r"\b(WEBSERVICE|HYPERLINK|IMAGE|CALL|REGISTER)\s*\(|\|\s*'.*'\s*!", re.IGNORECASE)


def inspect_part(name: str, content: bytes) -> None:
    """Raises the FileRefused that says what is wrong in the part."""
    part = _Part(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = part.doctype
    parser.StartElementHandler = part.element
    parser.EndElementHandler = part.end
    parser.CharacterDataHandler = part.text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise DamagedFile from error
    part.judge_fields()


class _Part:
    def __init__(self, name: str) -> None:
        self._is_rels = name.lower().endswith(".rels")
        self._is_types = name == "[Content_Types].xml"
        self._reads: str | None = None
        self._fields: list[str] = []
        self._formulas: list[str] = []

    def doctype(self, *_declared: object) -> None:
        raise DamagedFile

    def element(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if self._is_rels and local == "Relationship":
            _judge_relationship(attributes)
        elif self._is_types:
            _judge_type(attributes.get("ContentType", ""))
        elif local in {"fldChar", "fldSimple"}:
            # Parts of one field stand in several runs, and the next field must not run into it.
            self._fields.append("\n" + _attribute(attributes, "instr"))
        elif local in {"OLEObject", "control", "oleObject"}:
            raise EmbeddedObject
        elif local == "ddeLink":
            raise ActiveField
        self._reads = local if local in {"instrText", "f"} else None

    def end(self, _name: str) -> None:
        self._reads = None

    def text(self, data: str) -> None:
        if self._reads == "instrText":
            self._fields.append(data)
        elif self._reads == "f":
            self._formulas.append(data)

    def judge_fields(self) -> None:
        fields = "".join(self._fields)
        if _ACTIVE.search(fields) or any(map(_ACTIVE_FORMULA.search, self._formulas)):
            raise ActiveField
        if found := _LINK_FIELD.search(fields):
            raise ExternalLink(found[1].strip('"'))


def _judge_relationship(attributes: Mapping[str, str]) -> None:
    kind = attributes.get("Type", "")
    if fault := _fault_of_type(kind):
        raise fault
    if attributes.get("TargetMode") == "External" or _OUTSIDE_TYPES.search(kind):
        raise ExternalLink(attributes.get("Target", ""))


def _judge_type(kind: str) -> None:
    if fault := _fault_of_type(kind):
        raise fault


def _fault_of_type(kind: str) -> FileRefused | None:
    if _MACRO_TYPES.search(kind):
        return MacroFound()
    return EmbeddedObject() if _OBJECT_TYPES.search(kind) else None


def _attribute(attributes: Mapping[str, str], local: str) -> str:
    return next((value for name, value in attributes.items() if name.rpartition(" ")[2] == local), "")
