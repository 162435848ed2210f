"""Writes docs/rules.md from the rule book of the product: `python -m tools.rules`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workflow.rules import Rule, RuleBook, load_rules

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
HEAD = """\
# Rules and settings 规则与设置

Every number the product decides by, with its ground. This page is made from `workflow/rules/rules.yaml`
(`python -m tools.rules`), and a test holds the two equal. The row in force on the day of the event is used; a re-issued
regulation is a new row with a later date.

- **National** 全国性规定: a regulation says it. **Local** 地方做法: practice of some places, or a wording the sources
  differ on; the district decides. **Product** 本系统设置: our own figure where no source gives one; the district sets.
- **Verified** 已核对: compared with an official copy of the text. {verified} of {all} rows are. The others rest on
  mirrors and templates: compare each with the officials' own copy before the product goes live, then mark the row.
"""
KINDS = {
    "national": "National rules 全国性规定",
    "local": "Local practice 地方做法",
    "product": "Our own settings 本系统设置",
}
COLUMNS = "\n| Row | Value | From | Ground | Wording | Verified |\n| --- | --- | --- | --- | --- | --- |\n"


def document(rules: RuleBook) -> str:
    """The whole page: every row once, under its kind."""
    rows = list(rules)
    head = HEAD.format(verified=sum(rule.is_verified for rule in rows), all=len(rows))
    return head + "".join(_section(title, (r for r in rows if r.kind == kind)) for kind, title in KINDS.items())


def _section(title: str, rules: Iterable[Rule]) -> str:
    return f"\n## {title}\n{COLUMNS}" + "".join(f"{_line(rule)}\n" for rule in rules)


def _line(rule: Rule) -> str:
    ground = f"{rule.clause.zh} ({rule.clause.en})"
    verified = "yes 已核对" if rule.is_verified else "no 未核对"
    cells = (f"`{rule.code}`", str(rule.value), str(rule.effective_from), ground, rule.wording, verified)
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(document(load_rules()), encoding="utf-8")
