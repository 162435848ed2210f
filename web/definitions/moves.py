"""A move of cases while it runs, and what became of each case."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.auth.access import roles
from web.context import reading, runtime
from web.definitions.blueprint import bp
from web.definitions.lists import SHOWN, may_open
from web.htmx import redirect_whole_page
from web.locale import t
from workflow.jobs import Status
from workflow.publishing.move_jobs import Kind
from workflow.publishing.move_run import run_at_once
from workflow.queries.moves import MoveLine, move_line, moved_cases
from workflow.text import Text

# More than a district has; every case is listed.
ALL = 1_000_000
MOVED = {
    Kind.MOVE: Text("{n} 件在办案件已迁移", "{n} open cases were moved"),
    Kind.MOVE_BACK: Text("{n} 件案件已回到原来的版本", "{n} cases are back in their version"),
}


@bp.get("/moves/<int:move_id>")
@roles("admin")
def show_move(move_id: int) -> ResponseReturnValue:
    line, limit = move_line(reading(), move_id), ALL if request.args.get("list") == "all" else SHOWN
    lists = [moved_cases(reading(), move_id, is_moved=is_moved, limit=limit) for is_moved in (False, True)]
    shown = [line for found in lists for line in found.rows]
    return render_template(
        "definitions/move_job.html", line=line, words=progress_words(line), lists=lists, opened=may_open(shown)
    )


@bp.get("/moves/<int:move_id>/progress")
@roles("admin")
def move_progress(move_id: int) -> ResponseReturnValue:
    """The part of the page that renews itself; once the move has ended, the whole page does."""
    line = move_line(reading(), move_id)
    if not line.is_open:
        return redirect_whole_page(url_for("definitions.show_move", move_id=move_id))
    return render_template("definitions/move_progress.html", line=line, words=progress_words(line))


def led_on(move_id: int | None) -> ResponseReturnValue:
    """After a move was asked for: to its page, or back to the versions where it is done and nothing is left to see."""
    if move_id is None:
        return redirect(url_for("definitions.index"), 303)
    line = run_at_once(runtime(), move_id)
    if line.job.status != Status.DONE or line.kept:
        return redirect(url_for("definitions.show_move", move_id=move_id), 303)
    if line.moved or line.job.kind == Kind.MOVE:
        flash(t(MOVED[Kind(line.job.kind)], n=line.moved), "done")
    return redirect(url_for("definitions.index"), 303)


def progress_words(line: MoveLine) -> Text:
    if line.job.status == Status.WAITING:
        return Text("等待处理，一般几秒内开始。", "It waits for its turn, a few seconds as a rule.")
    return Text("已处理 {done} / {total} 件", "{done} of {total} cases done").filled(
        done=line.moved + line.kept, total=line.job.cases
    )
