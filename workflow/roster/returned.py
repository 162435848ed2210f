"""What the workbook of rows sent back adds to a roster: known on sight, as it may be mended and imported again."""

from __future__ import annotations

REJECTED_SHEET = "退回的行"
DUPLICATES_SHEET = "重复的行"
# Columns before those of the town: where the row stood, and what was wrong with it.
ABOUT = (
    "工作表 Sheet",
    "行 Row",
    "列 Column",
    "列名 Heading",
    "原因 Reason",
    "发现的值 Found",
    "怎么办",
    "What to do",
)
