"""Signing: agree, refuse, abstain, object. The answer that decides moves the case, once, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflow.approvals.tally import VERDICT_WORDS, Decision, Verdict
from workflow.engine.examining import attempt_of
from workflow.engine.messages import still_active, tell_people
from workflow.engine.perform import complete
from workflow.engine.rounds import Running, ask_to_sign, close_round
from workflow.engine.snapshot import snapshot
from workflow.engine.work import Deed
from workflow.gestures.gesture import Gesture, Problems, problem, register
from workflow.gestures.people import independence_problems
from workflow.gestures.recording import record
from workflow.gestures.scene import Scene
from workflow.guards import MENDERS
from workflow.machine import machine_for
from workflow.text import Text

UNTIL_NEXT = Text(
    "10 分钟内，在下一位表态之前，可以撤回本人的表态",
    "Within 10 minutes and before the next answer it can be taken back",
)
CHAIR = MENDERS["committee"]


def has_a_place(scene: Scene) -> bool:
    return scene.running is not None and scene.running.place_of(scene.signs_as) is not None


def signing_problems(scene: Scene) -> Problems:
    """A round runs, this person has a place in it, it is their turn, and they have not answered."""
    running = scene.running
    place = running.place_of(scene.signs_as) if running else None
    if running is None:
        yield problem(
            "NO_ROUND",
            "本案没有进行中的会签，或会签已有结果",
            "No round runs: it may be decided already",
            CHAIR,
            "round",
        )
    elif place is None:
        yield problem(
            "NOT_A_SIGNER",
            "您不在会签名单中，可请签署人加签",
            "You are not asked: a signer can add you",
            CHAIR,
            "round",
        )
    elif place.status == "decided":
        yield problem(
            "ALREADY_SIGNED", "您已表态，不能重复表态", "You have answered already", MENDERS["other"], "round"
        )
    elif place.status == "waiting":
        yield problem("NOT_YOUR_TURN", "还没有轮到您表态", "It is not your turn yet", MENDERS["other"], "round")
    elif any(q.holds_signer == place.id for q in scene.questions):
        yield problem(
            "PASSED_ON",
            "已委派他人，答复后再表态，或先收回",
            "It is passed on: wait for the answer, or recall it",
            MENDERS["you"],
            "round",
        )
    else:
        yield from independence_problems(scene, scene.me, scene.signs_by.principal_id)


def before_the_vote(scene: Scene) -> dict[str, Any]:
    """What taking the answer back restores."""
    return snapshot(scene.work, scene.actor.id, scene.command.action)


def _sign(decision: Decision) -> Callable[[Scene], None]:
    def sign(scene: Scene) -> None:
        running = running_of(scene)
        undo = before_the_vote(scene)
        place = running.asked_of(scene.signs_as)
        if place is None:
            raise ValueError("the problems let a person without a place sign")
        place.status, place.decision = "decided", decision.value
        place.reason, place.decided_at = scene.reason, scene.work.now
        record(
            scene,
            undo=undo,
            held=scene.signs_by,
            round=running.row.id,
            decision=decision.value,
            about=running.row.action,
        )
        call_next(scene, running, place.id)
        settle(scene, running, undo)

    return sign


def running_of(scene: Scene) -> Running:
    if scene.running is None:
        raise ValueError("no round runs")
    return scene.running


def call_next(scene: Scene, running: Running, answered: int) -> None:
    """Asks whoever waited for this place."""
    called = [s for s in running.counted if s.status == "waiting" and s.waits_for == answered]
    for signer in called:
        signer.status, signer.asked_at = "asked", scene.work.now
    if called and running.verdict() is None:
        ask_to_sign(scene.work, running.transition, still_active(scene.work, [s.user_id for s in called]))


def settle(scene: Scene, running: Running, undo: dict[str, Any]) -> None:
    """Closes the round once its result cannot change; a passed one takes the action it was about.

    Raises TransitionRefused where a condition of that action does not hold any more: the answer is not kept then.
    """
    verdict = running.verdict()
    if verdict is None:
        return
    work = scene.work
    close_round(work, running.row.id, verdict)
    _tell_verdict(scene, running, verdict)
    if verdict is Verdict.PASSED:
        _take_action(scene, running)
        work.case.undo = {**undo, "until": work.case.version}
        work.save()


def _take_action(scene: Scene, running: Running) -> None:
    work, row = scene.work, running.row
    occurred_on = max(row.occurred_on, work.case.last_occurred_on)
    held = scene.actor.role_for(running.transition, work.definition, work.case, work.committee.path)
    deed = Deed(scene.actor, held or scene.held, occurred_on, row.reason, dict(row.data))
    moved = machine_for(work.definition).fire(
        work.case_facts(),
        attempt_of(work, running.transition, deed, scene.actor),
        held_from=work.case.held_from,
        overridden=frozenset(work.facts.get("overrides", {})) | frozenset(row.overrides),
    )
    complete(work, running.transition, deed, moved, None)


def _tell_verdict(scene: Scene, running: Running, verdict: Verdict) -> None:
    """Those who signed hear the result; a passed round is told by the action itself too."""
    work, words = scene.work, VERDICT_WORDS[verdict]
    people = [s.user_id for s in running.counted if s.user_id != scene.actor.id]
    label = running.transition.label
    tell_people(
        work,
        still_active(work, people),
        "verdict",
        Text(f"{work.enterprise.name}：会签{words.zh}", f"{work.enterprise.name}: {words.en}"),
        Text(
            f"案件 {work.case.id} 关于“{label.zh}”的会签结果：{words.zh}。",
            f'Case {work.case.id}, on "{label.en}": {words.en}.',
        ),
    )


for _decision, _label, _reason in (
    (Decision.AGREE, Text("同意", "Agree"), "optional"),
    (Decision.REFUSE, Text("不同意", "Refuse"), "required"),
    (Decision.ABSTAIN, Text("弃权", "Abstain"), "optional"),
    (Decision.OBJECT, Text("提出异议", "Object"), "required"),
):
    register(
        Gesture(
            f"sign_{_decision.value}",
            _label,
            UNTIL_NEXT,
            offered=has_a_place,
            problems=signing_problems,
            act=_sign(_decision),
            reason=_reason,
        )
    )
