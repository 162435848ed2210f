"""Importing a ledger of the campaign by its file: tried or imported at once, since any fault refuses all of it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.auth.access import me, roles
from web.context import reading, runtime
from web.imports.uploads import read_upload
from workflow.campaign import LedgerOutcome, import_ledger
from workflow.campaign.outcome import SHOWN
from workflow.errors import InvalidInput
from workflow.roster.importer import importing_role

bp = Blueprint("campaign_ledger", __name__, url_prefix="/campaign-ledger")


@bp.get("")
@roles("manager")
def form() -> ResponseReturnValue:
    importing_role(reading(), runtime(), me().id)
    return _page()


@bp.post("")
@roles("manager")
def upload() -> ResponseReturnValue:
    """The button says whether it is only tried."""
    importing_role(reading(), runtime(), me().id)
    try:
        handed_in = read_upload(request.files.get("file"))
        is_trial = request.form.get("import") != "true"
        outcome = import_ledger(runtime(), handed_in.data, actor_id=me().id, dry_run=is_trial)
    except InvalidInput as refused:
        return _page(refused=refused), 422
    return _page(outcome, handed_in.filename), 422 if outcome.is_refused else 200


def _page(outcome: LedgerOutcome | None = None, filename: str = "", refused: InvalidInput | None = None) -> str:
    errors = refused.fields if refused else {}
    return render_template("registers/ledger.html", outcome=outcome, filename=filename, errors=errors, most_shown=SHOWN)
