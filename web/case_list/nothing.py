"""Why a list of cases is empty, for whoever looks at it: what they can do about it, or that it is not theirs."""

from __future__ import annotations

from collections.abc import Collection

from workflow.text import Text

OTHERS_IMPORT = Text(
    "您的范围内还没有案件。主管部门导入名册后，案件会出现在这里。",
    "There is no case in your area yet. Cases appear here once the managers have imported a roster.",
)
# The first of a person's groups that stands here speaks.
WHY_NOTHING = {
    "manager": Text(
        "您的范围内还没有案件。导入名册后，未建党组织的企业会在这里立案。",
        "There is no case in your area yet. Import a roster: enterprises without a branch get their case here.",
    ),
    "instructor": Text(
        "还没有选派给您的企业。主管部门选派后，案件会出现在这里。",
        "No enterprise is assigned to you yet. Cases appear here once the managers assign you.",
    ),
    "committee": OTHERS_IMPORT,
    "federation": OTHERS_IMPORT,
}
NOT_YOURS = Text(
    "系统管理员和安全审计员不查看案件。办理过程的完整性由管理员用命令 zujian ledger verify 核验。",
    "Administrators and auditors do not see cases. Whether their history is whole is proved by zujian ledger verify.",
)


def why_nothing(groups: Collection[str]) -> Text:
    return next((words for group, words in WHY_NOTHING.items() if group in groups), NOT_YOURS)
