"""What is settled on a case already: papers by number and date, names, and the remarks that go with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.definition.model import Definition
from workflow.guards import GUARDS
from workflow.text import Text

# (words, number, day): facts that belong together, in the order of the road.
PAPERS = (
    (Text("成立批复", "Founding reply"), "founding_reply_no", "founding_reply_on"),
    (Text("候选人批复", "Reply on the candidates"), "clearance_no", "clearance_on"),
    (Text("选举结果批复", "Reply to the result"), "result_reply_no", "result_reply_on"),
    (Text("备案报告", "Filing report"), "filing_no", "filed_on"),
    (Text("备案回执", "Filing receipt"), "filing_receipt_no", "acknowledged_on"),
)
RULES_OF = {
    "2014": Text("主管部门指定本案适用2014年发展党员工作细则", "The managers chose the rules of 2014 for this case"),
    "2026": Text("主管部门指定本案适用2026年发展党员工作细则", "The managers chose the rules of 2026 for this case"),
}
EXACT_QUORUM = Text(
    "到会人数恰为应到会的五分之四。对“达到”还是“超过”五分之四，各方表述不一：备案时请区委组织部确认。",
    "Exactly four fifths attended. Sources differ on whether that is enough: the organisation department confirms it"
    " with the filing.",
)


def settled(definition: Definition, facts: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """(words, value) for everything that is known of the branch so far."""
    found: list[tuple[Text, Text]] = []
    if name := facts.get("branch_name"):
        found.append((Text("党支部名称", "Name of the branch"), Text(name, name)))
    for words, number, day in PAPERS:
        if facts.get(number):
            value = f"{facts[number]}（{facts.get(day, '—')}）"
            found.append((words, Text(value, f"{facts[number]} ({facts.get(day, '-')})")))
    if officers := _officers(definition, facts):
        found.append((Text("支部班子", "Officers"), officers))
    if facts.get("term_to"):
        found.append((Text("任期至", "Term ends"), Text(facts["term_to"], facts["term_to"])))
    return found


def _officers(definition: Definition, facts: Mapping[str, Any]) -> Text | None:
    rows = facts.get("confirmed") or facts.get("elected") or []
    if not rows:
        return None
    column = next(c for c in definition.transitions["confirm_result"].fields if c.name == "confirmed").columns[1]
    words = [(column.choices[row["post"]], row["name"]) for row in rows]
    return Text(
        "，".join(f"{post.zh} {name}" for post, name in words), ", ".join(f"{post.en} {name}" for post, name in words)
    )


def remarks(facts: Mapping[str, Any]) -> Iterator[Text]:
    """What whoever decides has to know beside the figures."""
    for guard, reason in facts.get("overrides", {}).items():
        title = GUARDS[guard].title
        yield Text(f"主管部门已同意突破“{title.zh}”：{reason}", f'The managers let "{title.en}" pass: {reason}')
    if words := RULES_OF.get(facts.get("rules_of", "")):
        yield words
    if facts.get("at_exact_quorum"):
        yield EXACT_QUORUM
    if count := facts.get("void_elections"):
        yield Text(f"此前选举无效 {count} 次", f"Void elections before: {count}")
