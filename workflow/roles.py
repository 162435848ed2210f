"""The roles a person can hold at an organisation, and the words for them (domain section 10)."""

from __future__ import annotations

from workflow.text import Text

ROLE_NAMES = {
    "instructor": Text("党建工作指导员", "Party-building instructor"),
    "clerk": Text("党委经办", "committee clerk"),
    "approver": Text("党委审批人", "committee approver"),
    "org_dept": Text("组织部", "organisation department"),
    "social_work": Text("社会工作部", "social work department"),
    "federation": Text("工商联", "federation of industry and commerce"),
    "admin": Text("系统管理员", "system administrator"),
    "auditor": Text("安全审计员", "security auditor"),
    "system": Text("系统", "the system"),
}
