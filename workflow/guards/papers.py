"""G08, G09, G21, G23: the papers that must be there, and that the enterprise has no other open case."""

from __future__ import annotations

from workflow.credit_code import fault_of
from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard
from workflow.rules.forms import form_of
from workflow.text import Text


def _missing(self: Guard, case: CaseFacts, attempt: Attempt, mender: str) -> Answer:
    for code in attempt.transition.papers:
        if code not in case.papers:
            name = attempt.paper_names.get(code, Text(code, code))
            yield self.problem(
                f"缺少《{name.zh}》（{code}）：请上传",
                f"{name.en} ({code}) is missing: upload it",
                mender=mender,
                where=f"documents:{code}",
            )


@guard("G08", "报送请示的文件齐全", "the papers of the request are complete")
def application_papers(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _missing(self, case, attempt, "instructor")


@guard("G08", "联合组建有协议", "a joint founding has its agreement")
def joint_papers(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if form_of(case.form).gathers and "D19" not in case.papers:
        yield self.problem(
            "缺少《联合组建协议》（D19）：请上传",
            "The agreement on joint founding (D19) is missing: upload it",
            mender="instructor",
            where="documents:D19",
        )


@guard("G21", "选举文件齐全", "the papers of the election are complete")
def election_papers(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _missing(self, case, attempt, "instructor")


@guard("G27", "撤销文件齐全", "the papers of the dissolution are complete")
def dissolution_papers(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _missing(self, case, attempt, "committee")


@guard("G23", "备案文件齐全", "the papers of the filing are complete")
def filing_papers(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    yield from _missing(self, case, attempt, "committee")


@guard("G09", "信用代码有效，且没有其他在办案件", "valid credit code and no other open case")
def enterprise_is_unique(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    if fault := fault_of(case.credit_code):
        yield self.problem(fault.zh, fault.en, mender="manager", where="enterprise")
    if case.other_open_cases:
        yield self.problem(
            f"该企业另有 {case.other_open_cases} 件在办案件",
            f"The enterprise has {case.other_open_cases} other open case(s)",
            mender="manager",
            where="enterprise",
        )
