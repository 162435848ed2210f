"""A DOCX as PDF, where LibreOffice is installed. The fonts the paper names are replaced by those of the machine."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from threading import Lock

from workflow.errors import WorkflowError
from workflow.text import Text

PROGRAMS = ("soffice", "libreoffice")
PATIENCE = 60  # seconds: a first start fills a new profile
# Each conversion is a whole office suite in memory.
_one_at_a_time = Lock()


class NoPdf(WorkflowError):
    """This machine cannot make a PDF."""


MISSING = Text(
    "服务器未安装 LibreOffice，不能生成 PDF：请下载 DOCX 后用 Word 或 WPS 另存为 PDF",
    "LibreOffice is not installed on the server, so there is no PDF: download the DOCX and save it as PDF",
)
FAILED = Text(
    "转换 PDF 没有成功：请下载 DOCX 后用 Word 或 WPS 另存为 PDF",
    "The conversion to PDF failed: download the DOCX and save it as PDF",
)


def converter() -> str | None:
    """The program that converts, None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def as_pdf(docx: bytes) -> bytes:
    """Raises NoPdf where the machine has no converter or it fails; takes a second or more."""
    program = converter()
    if program is None:
        raise NoPdf(MISSING)
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="zujian-pdf-") as folder:
        return _converted(program, docx, Path(folder))


def _converted(program: str, docx: bytes, folder: Path) -> bytes:
    source, target = folder / "paper.docx", folder / "paper.pdf"
    source.write_bytes(docx)
    # A profile of its own: a second copy would hand its work to one that is already running and end.
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603  # no shell, our names
        return target.read_bytes()
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPdf(FAILED) from error
