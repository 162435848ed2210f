"""Words for the codes of registers and lists."""

from __future__ import annotations

from workflow.models import Mark, OrganisationType
from workflow.text import Text

FORMS = {
    "single": Text("单独组建", "single"),
    "joint": Text("联合组建", "joint"),
    "attached": Text("挂靠组建", "attached"),
    "regional": Text("区域组建", "regional"),
    "industry": Text("行业组建", "industry"),
}
TYPES = {
    OrganisationType.COMMITTEE.value: Text("党委", "committee"),
    OrganisationType.GENERAL_BRANCH.value: Text("党总支", "general branch"),
    OrganisationType.BRANCH.value: Text("党支部", "branch"),
}
MARKS = {
    Mark.EXCELLENT.value: Text("优秀", "excellent"),
    Mark.COMPETENT.value: Text("称职", "competent"),
    Mark.BARELY_COMPETENT.value: Text("基本称职", "barely competent"),
    Mark.INCOMPETENT.value: Text("不称职", "incompetent"),
}
