"""An import report as a few lines of text, for the console."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.roster.report import ImportReport
from workflow.text import Text


def summarise(report: ImportReport) -> Text:
    """What the file holds, what became of it, and what to look at; one matter on each line."""
    lines = list(_lines(report))
    return Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))


def _lines(report: ImportReport) -> Iterator[Text]:
    counts, tally = report.counts, report.tally
    yield Text(
        "工作表 {sheets} 张，数据 {data_rows} 行：可导入 {importable}，退回 {back}，重复 {duplicates}",
        "{sheets} sheets, {data_rows} rows: {importable} importable, {back} sent back, {duplicates} duplicates",
    ).filled(**{**counts, "back": len(report.rejected)})
    for reason, number in sorted(counts["rejected"].items()):
        yield Text(f"  {reason}：{number}", f"  {reason}: {number}")
    yield Text(
        "职工 {employees} 人，正式党员 {full_members}，预备党员 {probationary_members}，"
        "积极分子 {activists}，申请人 {applicants}，已建党组织 {has_branch} 家",
        "{employees} employees, {full_members} full and {probationary_members} probationary members,"
        " {activists} activists, {applicants} applicants, {has_branch} enterprises with a branch",
    ).filled(**counts)
    yield Text(
        "企业：新增 {created}，更新 {updated}，不变 {unchanged}；立案 {cases}，记为已覆盖 {covered}",
        "Enterprises: {created} created, {updated} updated, {unchanged} unchanged; {cases} cases opened,"
        " {covered} recorded as covered",
    ).filled(
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        cases=tally.cases_opened,
        covered=tally.covered,
    )
    yield from _organisations(report)
    if tally.newer_figures_kept:
        yield Text(
            f"{tally.newer_figures_kept} 家企业系统里的数字不早于名册，没有改动",
            f"{tally.newer_figures_kept} enterprises keep their figures, which are as new as the roster's or newer",
        )
    for remark in tally.remarks:
        where = f"{remark.source.sheet} {remark.source.row}"
        yield Text(f"{where}：{remark.text.zh}", f"{where}: {remark.text.en}")
    yield from report.notes
    yield _verdict(report)


def _organisations(report: ImportReport) -> Iterator[Text]:
    if report.organisations_created:
        names = "、".join(report.organisations_created)
        yield Text(f"新建组织：{names}", f"Organisations created: {names}")
    if report.organisations_missing:
        names = "、".join(report.organisations_missing)
        yield Text(
            f"组织树里没有：{names}。正式导入时要加 --create-organisations，否则会被拒绝",
            f"Not in the tree of organisations: {names}. The import needs --create-organisations or it is refused",
        )


def _verdict(report: ImportReport) -> Text:
    if report.changes_nothing:
        return Text("没有任何变化", "Nothing changed")
    if report.dry_run:
        return Text("这是试运行，没有写入任何数据", "This was a dry run: nothing was written")
    return Text("导入完成", "The import is done")
