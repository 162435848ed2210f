"""Whether the other clocks of the product run."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.health import RECONCILER, tick_lines
from workflow.incidents import Finding, Kind
from workflow.reconciling.look import Check, Look, covers_all


def silent(look: Look) -> Iterator[Finding]:
    """This one runs: what it was silent before is over."""
    for tick in tick_lines(look.session, look.now):
        if tick.is_silent and tick.age is not None and tick.name != RECONCILER:
            cause = f"last ended {tick.age.total_seconds():.0f} s ago"
            yield Finding(Kind.TICK_SILENT, f"tick:{tick.name}", cause)


CHECKS = (Check((Kind.TICK_SILENT,), silent, covers_all),)
