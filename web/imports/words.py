"""An import in words: how far it is, and why rows were sent back."""

from __future__ import annotations

from workflow.jobs import Status
from workflow.models import ImportJob
from workflow.roster.reasons import Reason
from workflow.text import Text

REASONS = {
    Reason.NAME_MISSING: Text("没有企业名称", "No name"),
    Reason.NAME_TOO_LONG: Text("企业名称过长", "The name is too long"),
    Reason.CREDIT_CODE_MISSING: Text("没有信用代码", "No credit code"),
    Reason.CREDIT_CODE_INVALID: Text("信用代码有误", "The credit code is wrong"),
    Reason.TOWN_MISSING: Text("不知道属于哪个镇街", "The town is not known"),
    Reason.DATE_INVALID: Text("日期有误", "Not a date"),
    Reason.NOT_A_NUMBER: Text("人数不是整数", "Not a whole number"),
    Reason.NEGATIVE_NUMBER: Text("人数是负数", "A negative number"),
    Reason.MORE_MEMBERS_THAN_EMPLOYEES: Text("党员多于职工", "More members than employees"),
    Reason.NOT_YES_OR_NO: Text("看不出是或否", "Neither yes nor no"),
}


def is_finished(job: ImportJob) -> bool:
    return job.status in (Status.DONE, Status.FAILED)


def progress_words(job: ImportJob) -> Text:
    if job.status == Status.WAITING:
        return Text("等待处理，一般几秒内开始。", "It waits for its turn, a few seconds as a rule.")
    if job.status == Status.RUNNING and not job.rows_total:
        return Text("正在读取文件。", "The file is being read.")
    return Text("已处理 {done} / {total} 行", "{done} of {total} rows done").filled(
        done=job.rows_done, total=job.rows_total
    )
