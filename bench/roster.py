"""The roster import beside only reading the same file; on a generated workbook of the size of a district."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import xlsxwriter

from bench.figures import median_of_runs, row, seconds
from bench.stores import STORES, fresh_database
from workflow.clock import local_day, utc_now
from workflow.credit_code import check_digit
from workflow.database import Database
from workflow.roster import import_roster, read_roster
from workflow.runtime import Runtime

SHEETS, ROWS = 20, 250
HEAD = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "成立时间",
    "职工人数（人）",
    "是否规上",
    "是否高新",
    "正式党员",
    "预备党员",
    "入党积极分子",
    "入党申请人",
    "是否已建党组织",
    "拟组建方式",
    "备注",
)


def measure() -> None:
    """Prints rows a second of a first import, of the same import again, and of reading alone."""
    data, count = _workbook(), SHEETS * ROWS
    reading = median_of_runs(lambda: seconds(lambda: read_roster(data, today=local_day(utc_now()))))
    row(f"roster of {count:,} rows: reading alone {count / reading:,.0f} rows/s")
    for store in STORES:
        with fresh_database(store) as (database, folder):
            _measure(store, database, folder, data, count, reading)


def _measure(store: str, database: Database, folder: Path, data: bytes, count: int, reading: float) -> None:
    runtime = Runtime(database, folder / "documents")

    def run() -> None:
        import_roster(runtime, data, actor_id=None, dry_run=False, create_organisations=True)

    first = seconds(run)
    again = median_of_runs(lambda: seconds(run))
    row(
        f"  {store:9}",
        f"first import {count / first:,.0f} rows/s (ratio to reading {reading / first:.2f})",
        f"again {count / again:,.0f} rows/s (ratio {reading / again:.2f})",
    )


def _workbook() -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for number in range(SHEETS):
        town = f"{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'东西'[number // 10]}镇"
        sheet = book.add_worksheet(town)
        sheet.write(0, 0, f"{town}非公有制企业党建工作摸排表")
        sheet.write(1, 0, f"填报单位（盖章）：{town}商会党组织")
        sheet.write_row(2, 0, HEAD)
        for line in range(ROWS):
            body = f"91330203{number * ROWS + line:09d}"
            code = body + check_digit(body)
            firm = (
                line + 1,
                f"{town}示例{line}有限公司",
                code,
                "2015-03-02",
                40,
                "",
                "否",
                1,
                0,
                2,
                3,
                "否",
                "",
                "",
            )
            sheet.write_row(3 + line, 0, firm)
    book.close()
    return buffer.getvalue()
