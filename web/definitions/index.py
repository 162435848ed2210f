"""The list of versions, and the text of each as it was published."""

from __future__ import annotations

from io import BytesIO

from flask import Response, render_template, send_file
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import reading, versions
from web.definitions.blueprint import bp
from workflow.errors import Conflict, DefinitionError, InvalidInput
from workflow.publishing.listing import list_versions, source_of
from workflow.queries.moves import list_moves

READERS = ("admin", "manager", "committee", "auditor")
Refused = DefinitionError | InvalidInput | Conflict


@bp.get("")
@roles(*READERS)
def index() -> ResponseReturnValue:
    return drawn()


@bp.get("/<int:version>/source")
@roles(*READERS)
def source(version: int) -> Response:
    text = source_of(reading(), versions(), version)
    name = f"{versions().current.process}-{version}.yaml"
    book = BytesIO(text.encode())
    return send_file(book, mimetype="text/yaml; charset=utf-8", as_attachment=True, download_name=name)


def drawn(refused: Refused | None = None) -> str:
    """The page, with why a file was not taken where one was not."""
    lines = list_versions(reading(), versions())
    is_admin = "admin" in me().groups
    newest = versions().current.version
    return render_template(
        "definitions/index.html",
        lines=lines,
        is_admin=is_admin,
        moves=list_moves(reading()) if is_admin else (),
        behind=sum(line.open_cases for line in lines if line.version < newest),
        following=max(line.version for line in lines) + 1,
        errors={} if refused is None or isinstance(refused, DefinitionError) else {"file": refused.text},
        faults=refused.faults if isinstance(refused, DefinitionError) else (),
    )


def refusal(refused: Refused) -> ResponseReturnValue:
    return drawn(refused), 409 if isinstance(refused, Conflict) else 422
