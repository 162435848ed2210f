"""A made paper as PDF: with a stand-in for LibreOffice, and with LibreOffice itself where the machine has it."""

from __future__ import annotations

import re
import stat
from datetime import date
from pathlib import Path

import pytest

from tests.desk import Desk
from workflow.papers.docx import as_docx
from workflow.papers.official import OfficialPaper
from workflow.papers.pdf import FAILED, MISSING, NoPdf, as_pdf, converter

PAPER = as_docx(OfficialPaper("关于示例的通知", ("特此通知。",), "示例党委", date(2026, 3, 2)))
# Does what is asked of LibreOffice by its options alone.
STAND_IN = """#!/bin/sh
while [ $# -gt 1 ]; do [ "$1" = --outdir ] && out=$2; shift; done
[ -s "$1" ] && printf '%%PDF-1.7 /Type /Page' > "$out/paper.pdf"
"""
BROKEN = "#!/bin/sh\nexit 77\n"
INSTALLED = [found] if (found := converter()) else []


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the only one with a program to convert."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setattr(
        "workflow.papers.pdf.shutil.which", lambda name: str(p) if (p := folder / name).exists() else None
    )
    return folder


def install(folder: Path, script: str) -> str:
    program = folder / "soffice"
    program.write_text(script)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@pytest.mark.parametrize("program", ["stand-in", *INSTALLED])
def test_the_paper_becomes_one_page_of_pdf(program: str, only: Path) -> None:
    if program == "stand-in":
        install(only, STAND_IN)
    else:
        (only / "soffice").symlink_to(program)
    made = as_pdf(PAPER)
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1


def test_without_a_converter_or_with_a_broken_one_it_says_what_to_do(only: Path) -> None:
    with pytest.raises(NoPdf) as refused:
        as_pdf(PAPER)
    assert refused.value.text == MISSING
    install(only, BROKEN)
    with pytest.raises(NoPdf) as failed:
        as_pdf(PAPER)
    assert failed.value.text == FAILED


def test_the_button_stands_where_it_works_and_else_the_reason(desk: Desk, only: Path) -> None:
    case_id = desk.district.walk(desk.district.open(), until="ready")
    address = f"/cases/{case_id}/papers/D06"
    without = desk.page("instructor", address)
    install(only, STAND_IN)
    assert (MISSING.zh in without, "下载 PDF" in without) == (True, False)
    assert "下载 PDF" in desk.page("instructor", address)
