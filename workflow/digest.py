"""One message for many notices: how many, of which kinds, about which cases, what is due today first.

Its payload keeps a line for each notice, so that one that is withdrawn before the message went can be taken out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from workflow.text import Text, text_from
from workflow.wishes.kinds import kind_of

DIGEST = "digest"
LONGEST_LIST = 40

TITLE = Text("{notices} 条通知", "{notices} notices")
TITLE_OF_CASE = Text("{newest}（共 {notices} 条）", "{newest} ({notices} notices)")
PRESSING = Text("今天须办 {pressing} 条：{title}", "{pressing} due today: {title}")
COUNTS = Text("{kinds}；涉及案件 {cases} 件。", "{kinds}; {cases} cases.")
OF_KIND = Text("{kind} {count} 条", "{kind}: {count}")
CASE = Text("（案件 {case}）", " (case {case})")
TIMES = Text("，另有 {more} 条", ", and {more} more")
DUE = Text("【今天须办】", "[due today] ")
MORE = Text("……另有 {more} 件，请登录查看。", "... and {more} more: sign in to see them.")


def line_of(
    notice_id: str, kind: str, case_id: int | None, payload: Mapping[str, Any], *, is_pressing: bool
) -> dict[str, Any]:
    """A notice as the digest keeps it. One whose title cannot be read is listed by its kind."""
    try:
        title = text_from(payload["title"])
    except (KeyError, TypeError, ValueError):
        title = kind_of(kind).name
    return {"id": notice_id, "kind": kind, "case_id": case_id, "title": title.as_dict(), "is_pressing": is_pressing}


def digest_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The payload; `lines` in the order of their events, at least one."""
    cases = {line["case_id"] for line in lines if line["case_id"] is not None}
    is_of_one_case = len(cases) == 1 and all(line["case_id"] is not None for line in lines)
    body = [_counts(lines, len(cases)), *_listed(lines)]
    return {
        "title": _title(lines, is_of_one_case).as_dict(),
        "body": Text("\n".join(text.zh for text in body), "\n".join(text.en for text in body)).as_dict(),
        "link": f"/cases/{cases.pop()}" if is_of_one_case else "/notices",
        "lines": [dict(line) for line in lines],
    }


def without(payload: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any] | None:
    """The payload when these notices are taken out of it; None when nothing is left."""
    kept = [line for line in payload["lines"] if line["id"] not in gone]
    return digest_of(kept) if kept else None


def _title(lines: Sequence[Mapping[str, Any]], is_of_one_case: bool) -> Text:
    wording = TITLE_OF_CASE if is_of_one_case else TITLE
    title = wording.filled(newest=text_from(lines[-1]["title"]), notices=len(lines))
    pressing = sum(line["is_pressing"] for line in lines)
    return PRESSING.filled(pressing=pressing, title=title) if pressing else title


def _counts(lines: Sequence[Mapping[str, Any]], cases: int) -> Text:
    kinds = [OF_KIND.filled(kind=kind_of(k).name, count=n) for k, n in Counter(line["kind"] for line in lines).items()]
    joined = Text("，".join(kind.zh for kind in kinds), ", ".join(kind.en for kind in kinds))
    return COUNTS.filled(kinds=joined, cases=cases)


def _listed(lines: Sequence[Mapping[str, Any]]) -> list[Text]:
    """The newest of each case, and each that is of none; what is due today first."""
    by_case: dict[object, list[Mapping[str, Any]]] = {}
    for line in lines:
        by_case.setdefault(line["id"] if line["case_id"] is None else line["case_id"], []).append(line)
    groups = sorted(by_case.values(), key=lambda group: not any(line["is_pressing"] for line in group))
    listed = [_line(group) for group in groups[:LONGEST_LIST]]
    hidden = len(groups) - len(listed)
    return [*listed, MORE.filled(more=hidden)] if hidden else listed


def _line(group: Sequence[Mapping[str, Any]]) -> Text:
    pressing = [line for line in group if line["is_pressing"]]
    shown = (pressing or group)[-1]
    parts = [
        DUE if pressing else Text("", ""),
        text_from(shown["title"]),
        CASE.filled(case=shown["case_id"]) if shown["case_id"] is not None else Text("", ""),
        TIMES.filled(more=len(group) - 1) if len(group) > 1 else Text("", ""),
    ]
    return Text("· " + "".join(part.zh for part in parts), "- " + "".join(part.en for part in parts))
