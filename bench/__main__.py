"""`python -m bench [name] ...`: the measurements below by their names; all of them where none is named."""

from __future__ import annotations

import sys

from bench import actions, deadlines, pages, preview, reconciling, roster, scaling, sessions

MEASUREMENTS = {
    "actions": actions.measure,
    "roster": roster.measure,
    "pages": pages.measure,
    "sessions": sessions.measure,
    "preview": preview.measure,
    "deadlines": deadlines.measure,
    "reconciling": reconciling.measure,
    "scaling": scaling.measure,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    for name in names or list(MEASUREMENTS):
        MEASUREMENTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
