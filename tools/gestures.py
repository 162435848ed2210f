"""`python -m tools.gestures`: the table of docs/approvals.md, made from the catalogue; a test holds them equal."""

from __future__ import annotations

from pathlib import Path

from workflow.definition.approval import WORDS, Approval, Policy
from workflow.gestures.catalogue import GESTURES

TARGET = Path(__file__).parents[1] / "docs" / "approvals.md"
ABOUT = """\
# Agreeing, and what people do around it

How many have to agree before an action counts is data: `approval` of a transition in the definition.

| policy | what it means |
| --- | --- |
{policies}

Who may take the action is asked, whoever has a part in the case (instructor, submitter) left out; whoever proposes has
agreed by it. Where nobody else has to be asked the action counts at once. The answer that decides takes the action in
the same transaction; where a condition of it does not hold any more the answer is refused with the reason and counts
later. A case that moves another way ends the round. `shown` carries what the person saw: where a fact, a figure or a
paper has changed since, the decision is refused and the change named.

Beside the actions of the process people make gestures. Each is a command of its own (`POST
/api/v1/cases/{{id}}/gestures/{{gesture}}`), leaves an entry in the history and tells who has to know.

| gesture | 中文 | reason | how it is taken back |
| --- | --- | --- | --- |
{gestures}

Returning (`return`, `return_to` an earlier step, to go on step by step or to come straight back), withdrawing what one
submitted (`withdraw`, `withdraw_candidates`, `withdraw_result`) and drafts (暂存, beside the form) are actions and
forms of the process itself. Taking back restores the case, its clocks and its to-do exactly; notices that were not
sent are withdrawn, who was told already is told that it no longer holds, and the history keeps both.
"""


def document() -> str:
    """The page as it should stand."""
    weighted = Approval(Policy.WEIGHTED).words
    policies = {**WORDS, Policy.WEIGHTED: weighted}
    rows = [f"| `{policy.value}` | {policies[policy].zh}<br>{policies[policy].en} |" for policy in Policy]
    gestures = [
        f"| `{g.name}` {g.label.en} | {g.label.zh} | {g.reason} | {g.undo.zh}<br>{g.undo.en} |"
        for g in GESTURES.values()
    ]
    return ABOUT.format(policies="\n".join(rows), gestures="\n".join(gestures))


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
