"""Taking an action: the form, the page on which a weighty one is checked, and the answer.

A form carries the version of the case it was drawn from and a key of its own: sent twice it counts once, and sent
too late it says who was faster instead of overwriting anything.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.actor import actor
from web.auth.access import me
from web.cases.counting import check_of, filled
from web.cases.entry import shown
from web.cases.places import Places
from web.cases.sent import Sent, fresh_key
from web.context import now, reading, runtime, versions
from web.locale import t
from workflow.definition.wording import answers
from workflow.drafts import SavedDraft, draft_of, drop_draft, save_draft
from workflow.engine import perform
from workflow.engine.ranking import Ranked
from workflow.engine.rehearsal import rehearse
from workflow.errors import Conflict, InvalidInput, KeyReused, TransitionRefused
from workflow.machine import machine_for
from workflow.opinions import opinions_for
from workflow.queries.action_page import ActionPage, action_page
from workflow.queries.case_definition import definition_of_case
from workflow.queries.election_desk import RECORDING
from workflow.queries.stale import stale_case
from workflow.text import Text

bp = Blueprint("actions", __name__, url_prefix="/cases/<int:case_id>/actions")

# What cannot be taken back is read through once more before it counts.
WEIGHTY = frozenset(
    {
        "approve",
        "refuse",
        "close",
        "direct_decision",
        "record_election",
        "confirm_result",
        "file",
        "acknowledge_filing",
    }
)


@bp.get("/<action>")
def form(case_id: int, action: str) -> ResponseReturnValue:
    try:
        page = action_page(reading(), runtime(), actor(), case_id, action)
    except TransitionRefused as refused:
        flash(t(refused.text), "problem")
        return redirect(url_for("case.show", case_id=case_id), 303)
    chosen = {f.name: request.args[f.name] for f in page.view.fields if f.choices and f.name in request.args}
    draft = draft_of(reading(), me().id, case_id, action)
    return _draw(page, {**shown(page.view.prefill), **(draft.values if draft else {}), **chosen}, draft=draft)


@bp.post("/<action>")
def take(case_id: int, action: str) -> ResponseReturnValue:
    process = definition_of_case(reading(), runtime(), case_id)
    sent = Sent(case_id, machine_for(process).transition(action), request.form)
    if sent.asks_for_the_form:
        return _draw_again(sent)
    if sent.is_put_aside:
        return _put_aside(sent)
    try:
        return _to_be_checked(sent) or _taken(sent)
    except (InvalidInput, TransitionRefused) as refused:
        return _draw_again(sent, refused), 422
    except (Conflict, KeyReused):
        return _too_late(sent), 409


def _put_aside(sent: Sent) -> ResponseReturnValue:
    """Keeps what was typed as it is; only for an action this person can see the form of."""
    action_page(reading(), runtime(), actor(), sent.case_id, sent.transition.action)
    with runtime().db.unit_of_work() as session:
        save_draft(session, me().id, sent.case_id, sent.transition.action, sent.values, now())
    flash(t("已暂存，下次打开会填好", "Put aside: it will be filled in next time"), "done")
    return redirect(url_for("case.show", case_id=sent.case_id), 303)


def _taken(sent: Sent) -> ResponseReturnValue:
    outcome = perform(runtime(), sent.command(me().id))
    with runtime().db.unit_of_work() as session:
        drop_draft(session, me().id, sent.case_id, sent.transition.action)
    if outcome.note:
        flash(t(outcome.note), "done")
        return redirect(url_for("case.show", case_id=sent.case_id), 303)
    state = versions().state_name(outcome.state)
    if outcome.waits_for:
        signed = Text("已提请会签：{label}，待 {n} 人表态", "Put forward to be signed: {label}; {n} to answer")
        flash(t(signed, label=sent.transition.label, n=outcome.waits_for), "done")
        return redirect(url_for("case.show", case_id=sent.case_id), 303)
    done = Text("已办理：{label}。现为“{state}”。", "Done: {label}. It is now “{state}”.")
    flash(t(done, label=sent.transition.label, state=state), "done")
    return redirect(url_for("case.show", case_id=sent.case_id, done=sent.transition.action), 303)


def _to_be_checked(sent: Sent) -> ResponseReturnValue | None:
    """The page that shows a weighty action once more; None for the others, and where it was checked or done already."""
    if sent.transition.action not in WEIGHTY or sent.is_checked:
        return None
    data = rehearse(reading(), runtime(), sent.command(me().id))
    if data is None:
        return None
    page = action_page(reading(), runtime(), actor(), sent.case_id, sent.transition.action)
    return render_template(
        "cases/check.html", page=page, sent=sent, answers=answers(sent.transition.fields, data), key=sent.key
    )


def _draw_again(sent: Sent, refused: InvalidInput | TransitionRefused | None = None) -> str:
    page = action_page(reading(), runtime(), actor(), sent.case_id, sent.transition.action)
    return _draw(page, filled(sent), sent, refused)


def _draw(
    page: ActionPage,
    values: dict[str, object],
    sent: Sent | None = None,
    refused: InvalidInput | TransitionRefused | None = None,
    draft: SavedDraft | None = None,
) -> str:
    """The form. What was sent and refused is shown again with the same key; the version stays the one that was seen."""
    problems = refused.problems if isinstance(refused, TransitionRefused) else ()
    return render_template(
        "cases/action.html",
        page=page,
        places=Places(page.head.id, page.actions, page.papers),
        values=values,
        errors=refused.fields if isinstance(refused, InvalidInput) else {},
        problems=problems,
        to_override=[p for p in problems if p.soft] if page.may_override else [],
        sent=sent,
        key=sent.key if sent and refused else fresh_key(),
        version=sent.version if sent and sent.version else page.head.version,
        is_weighty=page.view.action in WEIGHTY,
        draft=draft,
        shown=sent.shown if sent and refused else page.shown,
        opinions=opinions_for(reading(), actor()) if page.view.reason != "none" else [],
        is_counted=page.view.action in RECORDING,
        check=check_of(sent) if sent and page.view.action in RECORDING else None,
        people=[(one.choice.username, _picker_words(one)) for one in page.instructors],
    )


def _picker_words(one: Ranked) -> str:
    return t("{name}（{why}）", "{name} ({why})", name=one.choice.name, why=one.basis)


def _too_late(sent: Sent) -> str:
    """Somebody was faster: who did what, how it stands now, and everything typed kept to go on with."""
    with runtime().db.reading() as session:
        found = stale_case(session, runtime(), actor(), sent.case_id, sent.transition.action, sent.version)
    entered = answers(sent.transition.fields, sent.data, found.people)
    return render_template("cases/stale.html", found=found, sent=sent, answers=entered)
