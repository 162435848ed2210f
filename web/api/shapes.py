"""What every body of the API is made of: strict in what is sent here, exact in what is answered."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

ISO_DAY = r"^\d{4}-\d{2}-\d{2}$"
LARGEST_ROW = 2**63 - 1


class Input(BaseModel):
    """Unknown members are refused: a mistyped name must not be lost silently. Nothing is read into another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Shape(BaseModel):
    """An answer, taken from a dictionary or from an object with the same attributes."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class Words(Shape):
    """One wording in both languages."""

    zh: str
    en: str


def _read_day(value: object) -> date:
    try:
        if isinstance(value, str) and re.fullmatch(ISO_DAY, value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "must be a date")


def read_count(value: object) -> object:
    """Numbers of an address are digits and nothing else; the parser would take " 7", "7.0" and "1_000" too.

    Far more digits than any limit are read, so that the answer names the limit.
    """
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,1000}", value) else value


def _refuse_unstorable(value: str) -> str:
    if "\x00" in value:
        raise PydanticCustomError("unstorable", "has characters that cannot be stored")
    return value


DAY_SCHEMA = {"type": "string", "format": "date", "pattern": ISO_DAY}
Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema(DAY_SCHEMA)]
# Written out as it is entered; not every store keeps a NUL.
Line = Annotated[str, AfterValidator(_refuse_unstorable)]
Search = Annotated[Line, Field(max_length=100)]
Cursor = Annotated[Line, Field(max_length=500, description="From `next_cursor` of the page before; opaque.")]
PageSize = Annotated[int, Field(ge=1, le=200), BeforeValidator(read_count)]
Flag = Literal["", "0", "1", "true", "false"]
CreditCode = Annotated[str, Field(description="Unified social credit code, 18 characters.", max_length=40)]

AnyShape = TypeVar("AnyShape", bound=Shape)


class Listing(Shape):
    """The part every page of a list has beside its `items`."""

    next_cursor: str | None
    total: int


class Created(Shape):
    """The headers of an answer that made something."""

    location: str = Field(alias="Location", description="Where it can be asked for.")


def is_set(flag: str) -> bool:
    return flag in {"1", "true"}


def shaped(shape: type[AnyShape], source: object, **more: object) -> AnyShape:
    """The shape of an object, with what the object does not say itself."""
    names = {name: field.alias or name for name, field in shape.model_fields.items() if name not in more}
    own = {name: getattr(source, name) for name in names.values()}
    return shape.model_validate(own | more)
