"""What goes outside at this moment: what is due is spread over the channels, and what waited for its time let go."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.delivery.gathering import gather
from workflow.delivery.spreading import spread
from workflow.dialects import is_alone
from workflow.published import Published

LETTING_OUT = 8_412_077


def let_out(session: Session, now: datetime, channels: Set[str], most_a_day: int, published: Published) -> None:
    """Done by one relay at a time; another passes it over, since the next tick is a second away."""
    if is_alone(session, LETTING_OUT):
        spread(session, now, channels, published)
        gather(session, now, channels, most_a_day, published)
