"""How a due day is counted, step by step in words (这一天怎么算的). Pure: the same calendar, the same steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from workflow.clock import WorkCalendar, add_months
from workflow.pauses import BY_ALL, DAYS, WORKING_DAYS
from workflow.rules.book import Rule
from workflow.text import Text

UNITS = {
    "days": Text("天", "days"),
    "months": Text("个月", "months"),
    "working_days": Text("个工作日", "working days"),
}
KINDS = {
    "national": Text("国家规定", "national rule"),
    "local": Text("地方做法", "local practice"),
    "product": Text("本地设置", "local setting"),
}
STARTED = Text("{day} 起算（{event}），当天不计", "Starts on {day} ({event}); that day itself is not counted")
STARTED_BY_FACT = Text(
    "{day} 起算（已填日期），当天不计", "Starts on {day} (a date that was entered), not counted itself"
)
ENTERED = Text("到期日 {day} 是办理时填写的", "The due day {day} was entered with an action")
LENGTH = Text("期限 {amount}{unit}：{clause}（{kind}）", "Length {amount} {unit}: {clause} ({kind})")
COUNTED = Text("从 {first} 起数 {amount} 个工作日", "{amount} working days are counted from {first} on")
WEEKENDS = Text("跳过周末 {n} 天", "{n} weekend days are passed over")
HOLIDAYS = Text("跳过节假日 {n} 天：{which}", "{n} days of holidays are passed over: {which}")
MADE_UP = Text("调休上班的 {n} 天计入：{which}", "{n} make-up working days count: {which}")
UNKNOWN_YEAR = Text(
    "{years} 年的官方日历未齐，该年暂按已知日期和周末推算",
    "The official calendar of {years} is not complete: what is known of it and weekends are used",
)
MONTHS = Text("加 {amount} 个月到 {day}", "{amount} months later is {day}")
CLAMPED = Text("当月没有 {n} 日，取月末", "that month has no day {n}: its last day is taken")
DAYS_ON = Text("加 {amount} 天到 {day}", "{amount} days later is {day}")
PAUSED = Text("{day} 因“{why}”暂停，当时还剩 {left}{unit}", "Paused on {day} by “{why}” with {left} {unit} left")
AGAIN = Text("{day} 恢复，按设置重新计算全部时间", "Goes on from {day}: by the setting the whole time again")
WENT_ON = Text("{day} 恢复，接着计算剩余的 {left}{unit}", "Goes on from {day} with the {left} {unit} that were left")
HELD = Text("暂缓", "hold")
DUE = Text("到期日 {day}，当天 23:59:59 止", "Due on {day}, until 23:59:59 of that day")
DUE_PROVISIONAL = Text("到期日 {day}（暂算）", "Due on {day} (provisional)")
STANDS_STILL = Text("现在暂停，恢复后再定到期日", "It stands still now; the due day is set when it goes on")
MOVED = Text(
    "{at} 导入 {year} 年日历后由 {old} 改为 {new}", "On {at} the calendar of {year} moved it from {old} to {new}"
)
CERTAIN = Text("{at} 导入 {year} 年日历后确定为 {new}", "On {at} the calendar of {year} made {new} certain")
DIFFERS = Text(
    "按现在的日历应为 {day}：系统会在几分钟内改正",
    "By the calendar of now it would be {day}: it is put right in minutes",
)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a due day is counted from. `rule` is None and `entered` the day where a date was entered."""

    starts_on: date
    due_on: date
    is_provisional: bool
    is_paused: bool
    pauses: Sequence[Mapping[str, Any]]
    started_by: Text | None
    entered: date | None
    rule: Rule | None
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class CalendarMove:
    """A calendar that moved the day, or made it certain."""

    at: date
    year: int
    old: date
    new: date


@dataclass(frozen=True, slots=True)
class Spans:
    """Both readings of a pause: the whole time again, or what was left. A day is None while the clock stands still."""

    whole: date | None
    left: date | None
    days_left: int
    unit: str
    whole_holds: bool


def explain(
    calendar: WorkCalendar, clock: Reckoned, moves: Sequence[CalendarMove], names: Mapping[str, Text]
) -> list[Text]:
    """The steps from start to due; `names` are the actions' labels, for what paused it."""
    steps = [
        (
            STARTED.filled(day=clock.starts_on, event=clock.started_by)
            if clock.started_by
            else STARTED_BY_FACT.filled(day=clock.starts_on)
        )
    ]
    if clock.entered is not None:
        steps.append(ENTERED.filled(day=clock.entered))
    elif clock.rule is not None:
        kind, unit = KINDS[clock.rule.kind], UNITS[clock.unit]
        steps.append(LENGTH.filled(amount=clock.amount, unit=unit, clause=clock.rule.clause, kind=kind))
    for pause in clock.pauses:
        steps += _pause_steps(pause, names)
    if not clock.is_paused:
        steps += _last_leg(calendar, clock)
    steps += [
        (CERTAIN if move.old == move.new else MOVED).filled(at=move.at, year=move.year, old=move.old, new=move.new)
        for move in moves
    ]
    steps.append(_end(clock))
    return steps


def spans_of(calendar: WorkCalendar, clock: Reckoned, *, whole_holds: bool) -> Spans | None:
    """Both readings side by side, worked out anew over all pauses; None where the clock was never paused."""
    if not clock.pauses or clock.entered is not None:
        return None
    due = calendar.add(clock.starts_on, clock.amount, clock.unit).day
    left, unit = 0, WORKING_DAYS if clock.unit == WORKING_DAYS else DAYS
    for pause in clock.pauses:
        since = date.fromisoformat(pause["from"])
        left = calendar.workdays_left(since, due) if unit == WORKING_DAYS else (due - since).days
        if pause["to"]:
            due = calendar.add(date.fromisoformat(pause["to"]), left, unit).day
    last = clock.pauses[-1]["to"]
    if last is None:
        return Spans(None, None, left, unit, whole_holds)
    whole = calendar.add(date.fromisoformat(last), clock.amount, clock.unit).day
    return Spans(whole, due, left, unit, whole_holds)


def _end(clock: Reckoned) -> Text:
    if clock.is_paused:
        return STANDS_STILL
    return (DUE_PROVISIONAL if clock.is_provisional else DUE).filled(day=clock.due_on)


def _pause_steps(pause: Mapping[str, Any], names: Mapping[str, Text]) -> Iterator[Text]:
    why = HELD if pause["why"] == BY_ALL else names.get(pause["why"], Text(pause["why"], pause["why"]))
    words = {"left": pause["left"], "unit": UNITS[pause["unit"]]}
    yield PAUSED.filled(day=pause["from"], why=why, **words)
    if pause["to"]:
        yield (AGAIN if pause["again"] else WENT_ON).filled(day=pause["to"], **words)


def _last_leg(calendar: WorkCalendar, clock: Reckoned) -> Iterator[Text]:
    """What is counted since the clock last began: all of it, or what was left."""
    start, amount, unit, entered = clock.starts_on, clock.amount, clock.unit, clock.entered
    if clock.pauses:
        last = clock.pauses[-1]
        start = date.fromisoformat(last["to"])
        if not last["again"]:
            amount, unit, entered = last["left"], last["unit"], None
    if entered is not None:
        return
    due = calendar.add(start, amount, unit).day
    yield from _counted(calendar, start, due, amount, unit)
    if due != clock.due_on:
        yield DIFFERS.filled(day=due)


def _counted(calendar: WorkCalendar, start: date, due: date, amount: int, unit: str) -> Iterator[Text]:
    if unit == WORKING_DAYS:
        yield COUNTED.filled(first=start + timedelta(days=1), amount=amount)
        yield from _passed_over(calendar, start, due)
    elif unit == DAYS:
        yield DAYS_ON.filled(amount=amount, day=due)
    else:
        yield MONTHS.filled(amount=amount, day=due)
        if add_months(start, amount).day < start.day:
            yield CLAMPED.filled(n=start.day)


def _passed_over(calendar: WorkCalendar, start: date, due: date) -> Iterator[Text]:
    days = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    off = [day for day in days if not calendar.is_workday(day)]
    holidays = [day for day in off if calendar.names.get(day) or day.weekday() < 5]
    made_up = [day for day in days if day.weekday() >= 5 and calendar.is_workday(day)]
    years = sorted({day.year for day in days} - calendar.years)
    if len(off) > len(holidays):
        yield WEEKENDS.filled(n=len(off) - len(holidays))
    if holidays:
        yield HOLIDAYS.filled(n=len(holidays), which=_ranges(calendar, holidays))
    if made_up:
        yield MADE_UP.filled(n=len(made_up), which=_ranges(calendar, made_up))
    if years:
        yield UNKNOWN_YEAR.filled(years="、".join(map(str, years)))


def _ranges(calendar: WorkCalendar, days: Iterable[date]) -> str:
    """Days of one name in a row are said once: 国庆节 2026-10-01–2026-10-07."""
    said = []
    numbered = enumerate(days)
    for (_, name), found in groupby(
        numbered, lambda one: (one[1].toordinal() - one[0], calendar.names.get(one[1], ""))
    ):
        row = [day for _, day in found]
        span = row[0].isoformat() if len(row) == 1 else f"{row[0]}–{row[-1]}"
        said.append(f"{name} {span}".strip())
    return "、".join(said)
