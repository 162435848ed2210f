"""Names of towns and chambers as rosters and organisation trees write them, brought to one key each.

"姜山镇" on a sheet and "中共鄞州区姜山镇委员会" or "姜山镇党委" in the tree are one town; "姜山镇商会党组织" in a
roster is the tree's "姜山镇商会党委", whose type is already known.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SUFFIX = re.compile(
    r"(?:党的?(?:基层)?组织|(?:党|党的)?(?:总支部|支部|工作)?委员会|党工委|党委|党总支部?|党支部?|总支部?|支部|工委|委)$"
)
_PREFIX = re.compile(
    r"^(?:关于)?(?:中国共产党|中共)?(?:[^省市区县]{2,8}省)?(?:[^省市区县]{2,6}市)?"
    r"(?:[^省市区县]{2,6}[区县](?=.*(?:镇|街道|乡|商会|园区|开发区)))?"
)
_TOWN = re.compile(r"[^省市区县年的\W\d_a-zA-Z]{1,6}?(?:街道|镇(?!镇|街)|乡(?!镇|街))")
_WHOLE_TOWN = re.compile(r"[^\W\d_a-zA-Z]{1,10}(?:街道|镇|乡|园区|开发区|高新区|度假区|功能区)")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a row belongs. An empty `chamber` means the town's own body looks after the enterprise."""

    town: str
    chamber: str


def place_key(name: str) -> str:
    """The name without blanks, the district before it and the kind of body after it."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    bare = _PREFIX.sub("", plain, count=1)
    return _SUFFIX.sub("", bare) or plain


def town_within(text: str) -> str:
    """The first town named in a title or a reporting unit; empty where there is none."""
    found = _TOWN.search(_PREFIX.sub("", "".join(text.split()), count=1))
    return found[0] if found else ""


def town_as_sheet_name(name: str) -> str:
    """A sheet's own name where all of it is a town, with or without the district; empty otherwise."""
    plain = _PREFIX.sub("", "".join(name.split()), count=1)
    return plain if _WHOLE_TOWN.fullmatch(plain) else ""
