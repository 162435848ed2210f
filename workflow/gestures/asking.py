"""Asking without deciding (沟通), and passing one's signing on for an opinion that comes back (委派)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.definition.model import Field
from workflow.engine.messages import still_active, tell_people
from workflow.gestures.gesture import PERSON, Gesture, Problems, problem, register
from workflow.gestures.people import independence_problems, person_problems
from workflow.gestures.recording import record
from workflow.gestures.scene import Scene
from workflow.gestures.signers import my_place, person_of
from workflow.gestures.signing import has_a_place, running_of, signing_problems
from workflow.guards import MENDERS
from workflow.models import Question
from workflow.text import Text

WORDS = Field("question", Text("问什么", "The question"), "long_text")
ANSWER = Field("answer", Text("答复", "The answer"), "long_text")


def asked_of_me(scene: Scene) -> Iterator[Question]:
    return (question for question in scene.questions if question.to_user_id == scene.actor.id)


def _passed_on_by_me(scene: Scene) -> Question | None:
    mine = (q for q in scene.questions if q.from_user_id == scene.actor.id and q.holds_signer is not None)
    return next(mine, None)


def _ask(scene: Scene, holds_signer: int | None) -> None:
    work, person = scene.work, person_of(scene)
    question = Question(
        case_id=work.case.id,
        from_user_id=scene.actor.id,
        to_user_id=person.id,
        holds_signer=holds_signer,
        text=scene.data["question"],
        asked_at=work.now,
    )
    work.session.add(question)
    record(scene)
    tell_people(
        work,
        still_active(work, [person.id]),
        "question",
        Text(f"{work.enterprise.name}：有问题请您答复", f"{work.enterprise.name}: you are asked"),
        Text(
            f"案件 {work.case.id} 有人向您征询意见，请登录答复。", f"Your opinion on case {work.case.id} is asked for."
        ),
    )


def _delegation_problems(scene: Scene) -> Problems:
    yield from signing_problems(scene)
    found = list(person_problems(scene))
    yield from found
    if not found and scene.person is not None:
        yield from independence_problems(scene, scene.person.id)


def _answering_problems(scene: Scene) -> Problems:
    if next(asked_of_me(scene), None) is None:
        yield problem("NOT_ASKED", "没有等您答复的问题", "Nothing waits for your answer", MENDERS["other"], "history")


def _answer(scene: Scene) -> None:
    """Answers what was asked first."""
    work = scene.work
    question = next(asked_of_me(scene))
    question.answer, question.closed_at = scene.data["answer"], work.now
    record(scene, asked=question.text)
    tell_people(
        work,
        still_active(work, [question.from_user_id]),
        "answer",
        Text(f"{work.enterprise.name}：您的问题已答复", f"{work.enterprise.name}: your question is answered"),
        Text(f"案件 {work.case.id}：您征询的意见已有答复。", f"Case {work.case.id}: the answer is there."),
    )


def _recalling_problems(scene: Scene) -> Problems:
    if _passed_on_by_me(scene) is None:
        yield problem("NOT_PASSED_ON", "没有委派出去的表态", "Nothing is passed on", MENDERS["you"], "round")


def _recall(scene: Scene) -> None:
    question = _passed_on_by_me(scene)
    if question is None:
        raise ValueError("the problems let a recall of nothing pass")
    question.closed_at = scene.work.now
    record(scene)


def _delegate(scene: Scene) -> None:
    _ask(scene, my_place(scene, running_of(scene)).id)


register(
    Gesture(
        "ask",
        Text("沟通（不表态）", "Ask without deciding"),
        Text("不用收回：不影响办理", "Nothing to take back: it holds nothing up"),
        offered=lambda scene: scene.is_open,
        problems=person_problems,
        act=lambda scene: _ask(scene, None),
        fields=(PERSON, WORDS),
    )
)
register(
    Gesture(
        "answer",
        Text("答复", "Answer"),
        Text("可以再补充沟通", "More can be said by asking back"),
        offered=lambda scene: next(asked_of_me(scene), None) is not None,
        problems=_answering_problems,
        act=_answer,
        fields=(ANSWER,),
    )
)
register(
    Gesture(
        "delegate",
        Text("委派（对方出意见后回到我）", "Pass on for an opinion, then back to me"),
        Text("答复之前可以收回", "It can be recalled before the answer"),
        offered=has_a_place,
        problems=_delegation_problems,
        act=_delegate,
        fields=(PERSON, WORDS),
    )
)
register(
    Gesture(
        "recall",
        Text("收回委派", "Recall what I passed on"),
        Text("可以再委派", "It can be passed on again"),
        offered=lambda scene: _passed_on_by_me(scene) is not None,
        problems=_recalling_problems,
        act=_recall,
    )
)
