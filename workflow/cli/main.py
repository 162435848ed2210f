"""The list of commands."""

from __future__ import annotations

import click

from workflow.cli.lazy import Entry, LazyGroup

ENTRIES = {
    "run": Entry("run:run", "启动全部服务，Ctrl-C 结束 / Run everything in the foreground until Ctrl-C"),
    "prepare": Entry("prepare:prepare", "建表；空库时建演示区 / Tables, and the demo district in an empty database"),
    "db": Entry("database:group", "数据库升级 / Upgrade the database"),
    "demo": Entry("demo:group", "演示数据 / The demo district"),
    "user": Entry("user:group", "账号 / Accounts"),
    "channel": Entry("channel:group", "应用外的通知渠道 / Channels outside the application"),
    "org": Entry("organisation:group", "党组织与部门 / Organisations"),
    "roster": Entry("roster:group", "导入企业名册 / Import the roster of enterprises"),
    "campaign": Entry("campaign:group", "导入创先争优台账 / Import the ledger of the campaign"),
    "report": Entry("report:report", "打印报表 / Print a report"),
    "definition": Entry("definition:group", "检查、发布、恢复流程定义 / Check, publish or roll back the process"),
    "ledger": Entry("ledger:group", "核验历史 / Verify the history"),
    "keys": Entry("keys:group", "身份证号、电话的加密密钥 / The keys of identity and phone numbers"),
    "calendar": Entry("workdays:group", "工作日历：查看、导入 / The official calendar"),
    "backup": Entry("backup:backup", "备份到目录 / Keep everything in a folder"),
    "restore": Entry("backup:restore", "从备份恢复 / Bring a backup back"),
    "case": Entry("case:group", "查看、导出个案 / Look at a case, export it"),
}

HELP = """组建 zujian：从“无支部”到“支部成立”。/ From no Party branch to branch established.

环境变量 / Settings: ZUJIAN_DATA_DIR (var), PORT (8000), HOST (127.0.0.1), DATABASE_URL, REDIS_URL, ZUJIAN_ENV,
LOG_FORMAT (text, json), LOG_LEVEL (warning), METRICS_TOKEN.

退出码 / Exit codes: 0 完成 done, 1 被拒绝或发现损坏 refused or damage found, 2 用法错误 wrong call.
"""


@click.command(cls=LazyGroup, entries=ENTRIES, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    pass
