"""Own style, script and vendored files: addressed by their content, so a browser may keep them for a year.

Text is sent compressed where the browser takes it; each file is read and compressed once for the life of the process.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request, url_for
from werkzeug.security import safe_join

from web.auth.access import public

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=300"
COMPRESSED = ("text/", "image/svg+xml", "application/json")

bp = Blueprint("static_files", __name__)


@dataclass(frozen=True, slots=True)
class StaticFile:
    content: bytes
    compressed: bytes | None
    mimetype: str
    version: str


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(bp)


def asset(name: str) -> str:
    """The address of a file below `web/static`, with its version; raises FileNotFoundError for a wrong name."""
    return url_for("static_files.send", name=name, v=_read(str(FOLDER / name)).version)


@bp.get("/static/<path:name>")
@public
def send(name: str) -> Response:
    path = safe_join(str(FOLDER), name)
    if path is None or not Path(path).is_file():
        abort(404)
    file = _read(path)
    response = Response(file.content, mimetype=file.mimetype)
    if file.compressed is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.set_data(file.compressed)
            response.content_encoding = "gzip"
    response.set_etag(file.version, weak=True)
    response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == file.version else FOR_NOW
    response.make_conditional(request)
    return response


@cache
def _read(path: str) -> StaticFile:
    content = Path(path).read_bytes()
    mimetype = mimetypes.guess_type(path)[0] or "application/octet-stream"
    compressed = gzip.compress(content, mtime=0) if mimetype.startswith(COMPRESSED) and len(content) > 1000 else None
    return StaticFile(content, compressed, mimetype, hashlib.sha256(content).hexdigest()[:16])
