"""Coverage by organisations and by work (两个覆盖), with numerator and denominator (domain section 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import or_, select

from workflow.campaign.standing import stands
from workflow.models import Metric, PriorityEnterprise, Target
from workflow.reports.enterprise_lists import Firm, covered, listing, operating
from workflow.reports.figure import Figure, counted, rated
from workflow.reports.reader import Reader
from workflow.reports.report import Section, Table
from workflow.reports.settings import WORK_COVERAGE_BASE
from workflow.reports.tables import code_at, line
from workflow.text import Text

FIRMS = Text("家", "")
AS_NOW = Text(
    "按统计时刻的名册和案件计，不回溯到止日；实体运营 = 名册里的企业，除去案件因注销、迁出、停业、误录而终止的",
    "Counted from the register and the cases as they are now, not as of the last day; operating are the enterprises of"
    " the register without those whose case ended because they were deregistered, moved out, stopped or entered by"
    " mistake",
)
Chosen = Callable[[Firm], bool]


def sections(reader: Reader) -> tuple[tuple[Section, ...], tuple[Table, ...], tuple[Text, ...]]:
    firms = operating(reader)
    is_covered = covered(reader)
    minimum = reader.rules.number("full_members_min", reader.today)
    figures = (
        counted("operating", Text("实体运营企业数", "Operating enterprises"), FIRMS, AS_NOW, listing(firms)),
        counted(
            "covered",
            Text("已建党组织企业数", "Enterprises with an organisation"),
            FIRMS,
            Text("按企业计：一个联合党支部覆盖几家就算几家", "By enterprise: a joint branch covers as many as it has"),
            listing([firm for firm in firms if is_covered(firm)]),
        ),
        *_rates("", firms, reader, minimum),
        counted(
            "form_unknown",
            Text("组建方式未登记", "Form not recorded"),
            FIRMS,
            Text(
                "名册记有党组织、未写组建方式，不计入单独组建",
                "With an organisation whose form is not recorded: not in the single rate",
            ),
            listing([firm for firm in firms if is_covered(firm) and not firm.form]),
        ),
        counted(
            "contradictions",
            Text("台账与名册不一致", "Ledger and register differ"),
            FIRMS,
            Text(
                "台账记有新建党组织、名册记为未建：请核对",
                "Founded by the ledger, without one in the register: check them",
            ),
            listing([firm for firm in firms if firm.in_ledger and not firm.has_organisation]),
        ),
    )
    tables = (
        _table(reader, "size", Text("按类型", "By kind"), Text("类型", "Kind"), _kinds(reader, firms), minimum),
        _table(reader, "town", Text("按镇街", "By town"), Text("镇街", "Town"), _by(firms, lambda f: f.town), minimum),
        _table(
            reader,
            "chamber",
            Text("按商会", "By chamber"),
            Text("商会", "Chamber"),
            _by(firms, lambda f: f.chamber),
            minimum,
        ),
    )
    targets = _targets(reader, firms)
    parts = [Section(Text("覆盖情况", "Coverage"), figures)]
    return tuple(parts + ([Section(Text("目标完成", "Targets"), targets)] if targets else [])), tables, (AS_NOW,)


def _rates(suffix: str, firms: Sequence[Firm], reader: Reader, minimum: int) -> tuple[Figure, ...]:
    is_covered = covered(reader)
    built = [firm for firm in firms if is_covered(firm)]
    eligible = [firm for firm in firms if firm.full_members >= minimum]
    return (
        rated(
            f"organisation_rate{suffix}",
            Text("组织覆盖率", "Organisation coverage"),
            Text(
                "已建立党组织的企业数（单独和联合）÷ 实体运营的企业总数",
                "Enterprises with an organisation, alone or joint, of all operating",
            ),
            listing(built),
            listing(firms),
        ),
        rated(
            f"single_rate{suffix}",
            Text("单独组建率", "Single rate"),
            Text(
                "单独建立党组织的企业数 ÷ 实体运营的企业总数",
                "Enterprises with an organisation of their own, of all operating",
            ),
            listing([firm for firm in built if firm.form == "single"]),
            listing(firms),
        ),
        rated(
            f"eligible_rate{suffix}",
            Text("应建已建率", "Eligible rate"),
            Text(
                f"应建企业（正式党员 {minimum} 人以上）中已建的 ÷ 应建企业数",
                f"Of enterprises with {minimum} full members or more those with one",
            ),
            listing([firm for firm in eligible if is_covered(firm)]),
            listing(eligible),
        ),
        _work_rate(suffix, firms, reader),
    )


def _work_rate(suffix: str, firms: Sequence[Firm], reader: Reader) -> Figure:
    is_covered = covered(reader)
    uncovered = [firm for firm in firms if not is_covered(firm)]
    worked_on = [firm for firm in uncovered if firm.has_instructor]
    takes_all = reader.settings[WORK_COVERAGE_BASE.code] == "all"
    definition = Text(
        "（已建党组织的企业数 + 未建而已派指导员的企业数）÷ 实体运营的企业总数；工会、团组织未登记，不计",
        "Enterprises with an organisation, and those without one that have an instructor, of all operating; trade"
        " unions and youth leagues are not recorded and not counted",
    )
    if not takes_all:
        definition = Text(
            "未建党组织企业中已派指导员的企业数 ÷ 未建党组织企业总数；工会、团组织未登记，不计",
            "Of enterprises without an organisation those with an instructor; trade unions and youth leagues are not"
            " recorded and not counted",
        )
    part = [firm for firm in firms if is_covered(firm)] + worked_on if takes_all else worked_on
    return rated(
        f"work_rate{suffix}",
        Text("工作覆盖率", "Work coverage"),
        definition,
        listing(part),
        listing(firms if takes_all else uncovered),
    )


def _table(
    reader: Reader, code: str, title: Text, corner: Text, parts: Mapping[Text, Sequence[Firm]], minimum: int
) -> Table:
    lines = []
    heads: list[Text] = []
    for name, firms in parts.items():
        suffix = code_at("", f"{code}:{name.zh}")
        number_of = counted(f"operating{suffix}", Text("实体运营企业数", "Operating"), FIRMS, AS_NOW, listing(firms))
        figures = (number_of, *_rates(suffix, firms, reader, minimum))
        heads = [figure.name for figure in figures]
        lines.append(line(name, figures))
    return Table(title, corner, tuple(heads), tuple(lines))


def _by(firms: Sequence[Firm], place: Callable[[Firm], str]) -> dict[Text, list[Firm]]:
    found: dict[Text, list[Firm]] = {}
    for firm in firms:
        found.setdefault(Text(place(firm), place(firm)), []).append(firm)
    return found


def _kinds(reader: Reader, firms: Sequence[Firm]) -> dict[Text, list[Firm]]:
    """The sizes targets speak of, those above scale, high-tech ones, and the district's own priority list."""
    first = _priority(reader)
    kinds: dict[Text, Chosen] = {
        **{Text(f"职工 {size} 人以上", f"{size} employees or more"): _at_least(size) for size in (50, 80, 100)},
        Text("规模以上", "Above scale"): lambda firm: bool(firm.on_scale),
        Text("高新技术或科技型", "High-tech"): lambda firm: bool(firm.high_tech),
        Text("重点企业名单", "On the priority list"): lambda firm: firm.id in first,
    }
    return {name: [firm for firm in firms if chosen(firm)] for name, chosen in kinds.items()}


def _at_least(size: int) -> Chosen:
    return lambda firm: firm.employees is not None and firm.employees >= size


def _priority(reader: Reader) -> set[int]:
    model = PriorityEnterprise
    is_running = or_(model.to_on.is_(None), model.to_on >= reader.today)
    return set(reader.session.scalars(select(model.enterprise_id).where(stands(model), is_running)))


def _targets(reader: Reader, firms: Sequence[Firm]) -> tuple[Figure, ...]:
    """Each target's share as it is now; its goal and day stand in the definition."""
    is_covered = covered(reader)
    found = []
    for target in reader.session.scalars(select(Target).where(stands(Target)).order_by(Target.due_on, Target.id)):
        whole = [firm for firm in firms if _is_meant(target, firm)]
        if target.metric == Metric.WORK:
            whole = [firm for firm in whole if not is_covered(firm)]
        reaches: Mapping[str, Chosen] = {
            Metric.MEMBER: lambda firm: firm.members > 0,
            Metric.ORGANISATION: is_covered,
            Metric.SINGLE: lambda firm: is_covered(firm) and firm.form == "single",
            Metric.WORK: lambda firm: firm.has_instructor,
        }
        part = [firm for firm in whole if reaches[target.metric](firm)]
        about = Text(
            f"目标 {target.goal_percent}%，{target.due_on} 前；依据：{target.basis or '—'}",
            f"Goal {target.goal_percent}% by {target.due_on}; basis: {target.basis or '—'}",
        )
        found.append(rated(f"target.{target.id}", Text(target.name, target.name), about, listing(part), listing(whole)))
    return tuple(found)


def _is_meant(target: Target, firm: Firm) -> bool:
    """An enterprise whose figure is not known meets no condition on it."""
    least, most = target.employees_min, target.employees_max
    size = firm.employees
    if (least is not None and (size is None or size < least)) or (most is not None and (size is None or size > most)):
        return False
    if target.on_scale is not None and firm.on_scale is not target.on_scale:
        return False
    return target.has_member is None or (firm.members > 0) is target.has_member
