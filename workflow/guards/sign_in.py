"""G16: the sign-in list (签到表), where its names are entered: it says who took part, so the rest has to agree."""

from __future__ import annotations

import re
from collections import Counter

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard

BETWEEN_NAMES = re.compile(r"[\n\r、，,；;]+")
# A name of two signs is often padded to the width of three (张　三).
PADDING = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def names_in(text: str | None) -> list[str]:
    """The names of a list as it was typed or pasted, padding taken out."""
    return [name for part in BETWEEN_NAMES.split(text or "") if (name := PADDING.sub("", part.strip()))]


@guard("G16", "签到名单与实到、不计入名单相符", "the sign-in list agrees with attendance and excuses", data=True)
def sign_in_adds_up(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    signed = names_in(attempt.entered.get("signed_in"))
    if not signed:
        return
    if twice := [name for name, times in Counter(signed).items() if times > 1]:
        yield self.problem(
            f"签到名单重复：{'、'.join(twice)}（确为同名的，请加注区别）",
            f"Signed in twice: {', '.join(twice)} (mark them apart where two people have one name)",
        )
    excused = names_in("、".join(row.get("name", "") for row in attempt.entered.get("excused", [])))
    if voted := sorted(set(excused) & set(signed)):
        yield self.problem(
            f"{'、'.join(voted)} 已列为不计入应到会，又在签到表上："
            "请从不计入名单中去掉（应到会人数随之增加），或更正签到名单",
            f"{', '.join(voted)}: excused from the roll, but on the sign-in list: take the name off the excused"
            " (the roll grows) or correct the list",
        )
    if len(signed) != attempt.entered["attending"]:
        yield self.problem(
            f"签到名单有 {len(signed)} 人，实到会填 {attempt.entered['attending']} 人：应一致（只列有选举权的党员）",
            f"{len(signed)} signed in, but {attempt.entered['attending']} are entered as attending: the two must agree"
            " (list only those with the right to vote)",
        )
