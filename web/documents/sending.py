"""A file as a download: never opened by the browser in the product's own name, never kept by anything on the way."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO

from flask import Response, send_file


def as_download(source: Path | bytes | IO[bytes], kind: str, name: str) -> Response:
    """The answer that hands a file over under its name; an open file is closed with it."""
    content = io.BytesIO(source) if isinstance(source, bytes) else source
    answer = send_file(content, kind, as_attachment=True, download_name=name, conditional=False, etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    # Should a browser show it all the same, it runs nothing and reaches nothing.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
