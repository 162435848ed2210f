"""What stands around the table: title, reporting unit (填报单位), reporting date (填报日期)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflow.roster.cells import day_in, text_in
from workflow.roster.places import Place, place_key, town_as_sheet_name, town_within
from workflow.roster.refusals import refused
from workflow.roster.workbook import Row

_WHO = r"(?:填报|填表|上报|报送)"
_UNIT = re.compile(_WHO + r"单位\s*(?:\([^)]*\))?\s*:(.*)")
_DATE = re.compile(r"(?:(?:填报|填表|上报|报送|统计|截止)(?:日期|时间)|截至)\s*(?:\([^)]*\))?\s*:?(.*)")
_NEXT_LABEL = re.compile(r"\(盖章\)|\s*(?:填报|填表|上报|报送|统计|制表|审核|负责|联系|截止|截至)")
_PARTY_BODY = re.compile(r"商会|协会|联合会|党组织|党委|党工委|党总支|支部")


@dataclass(frozen=True, slots=True)
class Caption:
    """`place.town` may be empty where the rows name their towns themselves."""

    place: Place
    reported_on: date | None


def read_caption(sheet_name: str, around: Sequence[Row], *, rows_tell_town: bool) -> Caption:
    """Raises InvalidInput where nothing tells the town, or the sheet's name and its title tell different ones."""
    unit = _after_label(around, _UNIT)
    stated = town_within(unit) or town_within(_title(around))
    own = town_as_sheet_name(sheet_name) or town_within(sheet_name)
    if own and stated and not stated.endswith(own) and not own.endswith(stated):
        raise refused(
            f"工作表“{sheet_name}”的标题或填报单位写的是“{stated}”：请改成同一个镇街",
            f"Sheet “{sheet_name}” names another town, “{stated}”, in its title or reporting unit: make them agree",
        )
    town = own or stated
    if not town and not rows_tell_town:
        raise refused(
            f"看不出工作表“{sheet_name}”属于哪个镇街：请把工作表改名为镇街名，如“姜山镇”",
            f"Nothing tells the town of sheet “{sheet_name}”: name the sheet after it, such as “姜山镇”",
        )
    return Caption(Place(town, _chamber(unit, town)), _reported_on(around))


def _chamber(unit: str, town: str) -> str:
    """The reporting unit where it is a Party body below the town; an office or the town itself is none."""
    is_chamber = town and _PARTY_BODY.search(unit) and place_key(unit) != place_key(town)
    return unit if is_chamber else ""


def _title(around: Sequence[Row]) -> str:
    return next((text for row in around for text in map(text_in, row) if text), "")


def _reported_on(around: Sequence[Row]) -> date | None:
    try:
        return day_in(_after_label(around, _DATE))
    except ValueError:
        return None


def _after_label(around: Sequence[Row], label: re.Pattern[str]) -> str:
    """What follows the label in its own cell, or else the next filled cell of the row."""
    for row in around:
        for place, cell in enumerate(row):
            match = label.search(unicodedata.normalize("NFKC", text_in(cell)))
            if match:
                return _NEXT_LABEL.split(match[1])[0].strip() or _first_text(row[place + 1 :])
    return ""


def _first_text(cells: Row) -> str:
    return next((text for text in map(text_in, cells) if text), "")
