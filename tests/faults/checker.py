"""Holds what clients were told against what is there: every difference is named."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from tests.faults.facts import Facts, Row
from tests.faults.history import Try, Wish, wishes
from workflow.definition.library import shipped_definitions
from workflow.definition.model import BEFORE_HOLD, EARLIER, SAME, Transition

BROKEN = {500, 502, 504}


def violations(tries: list[Try], facts: Facts) -> list[str]:
    """Empty where each ok is there exactly once, each fail is not, nothing is there that nobody wished, every path is
    legal, and what was told is what was to be told."""
    return [
        *_broken_answers(tries),
        *_answers_against_ledger(wishes(tries), facts.entries),
        *_illegal_paths(facts),
        *_untold(facts),
        *_told_without_reason(facts),
        *([f"the ledger does not verify: {facts.damage}"] if facts.damage else []),
    ]


def _broken_answers(tries: list[Try]) -> Iterator[str]:
    """503 says that the database is away; anything else of its kind is a fault of ours."""
    return (f"{one.key}: {one.action} was answered {one.status}: {one.said}" for one in tries if one.status in BROKEN)


def _answers_against_ledger(wished: dict[str, Wish], entries: list[Row]) -> Iterator[str]:
    found: dict[str, list[Row]] = defaultdict(list)
    for entry in entries:
        if entry["idempotency_key"]:
            found[entry["idempotency_key"]].append(entry)
    for key, wish in wished.items():
        yield from _one_answer(wish, found.pop(key, []))
    for key, strays in found.items():
        yield f"{key}: in the ledger {len(strays)} times and wished by nobody"


def _one_answer(wish: Wish, found: list[Row]) -> Iterator[str]:
    name = f"{wish.key} ({wish.action} on case {wish.case_id})"
    allowed = {"ok": {1}, "fail": {0}, "unknown": {0, 1}}[wish.result]
    if len(found) not in allowed:
        yield f"{name}: answered {wish.result}, {len(found)} times in the ledger"
    for entry in found:
        if (entry["case_id"], entry["action"], entry["who"]) != (wish.case_id, wish.action, wish.who):
            yield f"{name}: the ledger says {entry}"
        # What follows by itself may stand between the entry and the version that was answered.
        if wish.versions and (len(wish.versions) > 1 or entry["seq"] > min(wish.versions)):
            yield f"{name}: answered version {sorted(wish.versions)}, the entry is number {entry['seq']}"


def _illegal_paths(facts: Facts) -> Iterator[str]:
    """Every step is in the definition and begins where the last one ended; the last one ends where the case stands."""
    definitions = shipped_definitions()
    grouped: dict[int, list[Row]] = defaultdict(list)
    for entry in facts.entries:
        grouped[entry["case_id"]].append(entry)
    for case in facts.cases:
        path = grouped[case["id"]]
        if [entry["seq"] for entry in path] != list(range(1, case["version"] + 1)):
            yield f"case {case['id']}: version {case['version']}, entries {[entry['seq'] for entry in path]}"
        if path and path[-1]["to_state"] != case["state"]:
            yield f"case {case['id']} stands in {case['state']}, its history ends in {path[-1]['to_state']}"
        yield from _illegal_steps(path, definitions[case["process"]].transitions)


def _illegal_steps(path: list[Row], steps: Mapping[str, Transition]) -> Iterator[str]:
    state = None
    for entry in path:
        step = steps.get(entry["action"])
        is_legal = step is None or _leads(step, entry["from_state"], entry["to_state"])
        if (state is not None and entry["from_state"] != state) or not is_legal:
            yield f"case {entry['case_id']}: {entry['action']} from {state} to {entry['to_state']} ({entry['seq']})"
        state = entry["to_state"]


def _leads(step: Transition, source: str, target: str) -> bool:
    wanted = source if step.target == SAME else step.target
    return source in step.sources and (wanted in (EARLIER, BEFORE_HOLD) or wanted == target)


def _untold(facts: Facts) -> Iterator[str]:
    """Everything to be told was told: in the application exactly once, outside at least once."""
    notices = Counter((notice["event"], notice["user_id"]) for notice in facts.notices)
    rows = {row["id"]: row for row in facts.outbox}
    for row in facts.outbox:
        # What is held waits for its time, and what stands in a message of several is told by that one.
        if row["status"] in ("withdrawn", "held") or (row["status"] == "bundled" and row["bundle_id"] in rows):
            continue
        name = f"notice {row['id']} ({row['channel']}, {row['event']})"
        if row["status"] != "sent":
            yield f"{name}: {row['status']} after {row['attempts']} attempts: {row['last_error']}"
        elif row["channel"] == "in_app" and notices[row["event"], row["user_id"]] != 1:
            yield f"{name}: shown {notices[row['event'], row['user_id']]} times"
        elif row["channel"] != "in_app" and not facts.arrived[row["channel"]].get(row["id"]):
            yield f"{name}: nothing arrived"
    for channel, people in facts.reached.items():
        yield from _not_spread(facts, channel, set(people))
    yield from _silent_steps(facts)


def _not_spread(facts: Facts, channel: str, people: set[int]) -> Iterator[str]:
    spread = {(row["event"], row["user_id"]) for row in facts.outbox if row["channel"] == channel}
    for row in facts.outbox:
        is_owed = row["user_id"] in people and row["status"] != "withdrawn"
        if is_owed and (row["event"], row["user_id"]) not in spread:
            yield f"notice {row['id']} ({row['event']}): nothing was made of it for {channel}"


def _silent_steps(facts: Facts) -> Iterator[str]:
    """An action that tells somebody in one case tells somebody in each: change and notices are one transaction."""
    told = {row["event"] for row in facts.outbox}
    steps = [(entry, f"case:{entry['case_id']}:{entry['seq']}" in told) for entry in facts.entries]
    telling = {entry["action"] for entry, has_told in steps if has_told}
    for entry, has_told in steps:
        if entry["action"] in telling and not has_told:
            yield f"case {entry['case_id']}: {entry['action']} ({entry['seq']}) tells nobody"


def _told_without_reason(facts: Facts) -> Iterator[str]:
    to_send = {(row["channel"], row["id"]) for row in facts.outbox}
    to_show = {(row["event"], row["user_id"]) for row in facts.outbox if row["channel"] == "in_app"}
    entries = {f"case:{entry['case_id']}:{entry['seq']}" for entry in facts.entries}
    for channel, number in {
        (channel, number) for channel, found in facts.arrived.items() for number in found
    } - to_send:
        yield f"{channel} {number} arrived and nothing was to be told"
    for notice in facts.notices:
        if (notice["event"], notice["user_id"]) not in to_show:
            yield f"{notice['event']} is shown to {notice['user_id']} and was not to be told"
    for row in facts.outbox:
        if row["event"].startswith("case:") and ":".join(row["event"].split(":")[:3]) not in entries:
            yield f"{row['event']} is to be told and never happened"
