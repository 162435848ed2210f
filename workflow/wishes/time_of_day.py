"""Times of the day as people write them: 22:00."""

from __future__ import annotations

import re

from workflow.errors import InvalidInput
from workflow.wishes.keeping import NO_TIME

FORM = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def minute_of(written: str, field: str) -> int:
    """Minutes since midnight. Raises InvalidInput for `field` where it is no time of the day."""
    if not re.fullmatch(FORM, written):
        raise InvalidInput({field: NO_TIME})
    hour, minute = written.split(":")
    return int(hour) * 60 + int(minute)


def written(minute: int) -> str:
    return "{:02}:{:02}".format(*divmod(minute, 60))
