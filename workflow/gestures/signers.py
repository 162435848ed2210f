"""Who signs: adding somebody before or after oneself (加签), taking an added one out (减签), handing over."""

from __future__ import annotations

from collections.abc import Callable

from workflow.engine.messages import still_active
from workflow.engine.rounds import Running, ask_to_sign
from workflow.gestures.gesture import PERSON, Gesture, Problems, problem, register
from workflow.gestures.people import independence_problems, person_problems
from workflow.gestures.recording import record
from workflow.gestures.scene import Scene
from workflow.gestures.signing import before_the_vote, call_next, has_a_place, running_of, settle, signing_problems
from workflow.guards import MENDERS
from workflow.models import Signer, User
from workflow.text import Text

BY_REMOVING = Text("对方表态之前，可以减签", "The added signer can be removed before answering")
NOT_BACK = Text("不能收回；接手的同志可以再转给您", "It cannot be taken back; whoever has it can hand it on")


def newcomer_problems(scene: Scene) -> Problems:
    """The named person sees the case, has no part in it, and is not asked already."""
    found = list(person_problems(scene))
    yield from found
    if found or scene.person is None or scene.running is None:
        return
    yield from independence_problems(scene, scene.person.id)
    place = scene.running.place_of(scene.person.id)
    if place is not None and place.status != "decided":
        yield problem("ASKED_ALREADY", "此人已在会签名单中", "This person is asked already", MENDERS["you"])


def _adding_problems(scene: Scene) -> Problems:
    yield from signing_problems(scene)
    yield from newcomer_problems(scene)


def _add(*, before: bool) -> Callable[[Scene], None]:
    def add(scene: Scene) -> None:
        running, person = running_of(scene), person_of(scene)
        undo = before_the_vote(scene)
        mine = my_place(scene, running)
        added = _new_place(scene, running, person.id, weight=1)
        if before:
            added.waits_for, mine.waits_for = mine.waits_for, added.id
            added.status, mine.status = "asked", "waiting"
        else:
            for signer in running.counted:
                if signer.waits_for == mine.id and signer is not added:
                    signer.waits_for = added.id
            added.waits_for, added.status, added.asked_at = mine.id, "waiting", None
        record(scene, undo=undo, round=running.row.id)
        if added.status == "asked":
            ask_to_sign(scene.work, running.transition, still_active(scene.work, [person.id]))

    return add


def person_of(scene: Scene) -> User:
    if scene.person is None:
        raise ValueError("the problems let a gesture without a person pass")
    return scene.person


def my_place(scene: Scene, running: Running) -> Signer:
    place = running.asked_of(scene.signs_as)
    if place is None:
        raise ValueError("the problems let a person without a place act")
    return place


def _new_place(scene: Scene, running: Running, user_id: int, weight: int) -> Signer:
    signer = Signer(
        round_id=running.row.id,
        user_id=user_id,
        weight=weight,
        status="asked",
        added_by=scene.actor.id,
        asked_at=scene.work.now,
    )
    scene.work.session.add(signer)
    scene.work.session.flush()
    running.signers.append(signer)
    return signer


def _removing_problems(scene: Scene) -> Problems:
    """Whoever added a signer, or opened the round, takes them out; nobody who has answered goes."""
    running, person = scene.running, scene.person
    if running is None:
        yield problem("NO_ROUND", "本案没有进行中的会签", "No round runs on this case", MENDERS["committee"], "round")
        return
    if "person" not in scene.data:
        return
    place = running.place_of(person.id) if person else None
    if place is None:
        yield problem("NOT_A_SIGNER", "此人不在会签名单中", "This person is not asked", MENDERS["you"])
    elif place.status == "decided":
        yield problem("ALREADY_SIGNED", "此人已表态，不能减签", "This person has answered", MENDERS["you"])
    elif place.added_by is None or scene.actor.id not in (place.added_by, running.row.opened_by):
        yield problem(
            "NOT_ADDED_BY_YOU",
            "只能减去加签的人，由加签人或会签发起人办理",
            "Only an added signer can be removed, by who added them or opened the round",
            MENDERS["other"],
        )


def _remove(scene: Scene) -> None:
    running, person = running_of(scene), person_of(scene)
    undo = before_the_vote(scene)
    place = running.place_of(person.id)
    if place is None:
        raise ValueError("the problems let a removal of nobody pass")
    _leave(scene, running, place, "removed")
    record(scene, undo=undo, round=running.row.id)
    settle(scene, running, undo)


def _leave(scene: Scene, running: Running, place: Signer, status: str) -> None:
    """Who waited for the place waits for what it waited for, or is asked now."""
    was_asked = place.status == "asked"
    place.status = status
    for signer in running.counted:
        if signer.waits_for == place.id and not was_asked:
            signer.waits_for = place.waits_for
    if was_asked:
        call_next(scene, running, place.id)


def _hand_over(scene: Scene) -> None:
    running, person = running_of(scene), person_of(scene)
    undo = before_the_vote(scene)
    mine = my_place(scene, running)
    place = _new_place(scene, running, person.id, mine.weight)
    place.waits_for = mine.waits_for
    for signer in running.counted:
        if signer.waits_for == mine.id:
            signer.waits_for = place.id
    mine.status = "handed_over"
    record(scene, undo=undo, round=running.row.id)
    ask_to_sign(scene.work, running.transition, still_active(scene.work, [person.id]))


def may_remove(scene: Scene) -> bool:
    running = scene.running
    return running is not None and any(
        s.added_by is not None
        and s.status in ("asked", "waiting")
        and scene.actor.id in (s.added_by, running.row.opened_by)
        for s in running.signers
    )


register(
    Gesture(
        "add_signer_before",
        Text("前加签（对方先表态）", "Add a signer before me"),
        BY_REMOVING,
        offered=has_a_place,
        problems=_adding_problems,
        act=_add(before=True),
        fields=(PERSON,),
        reason="optional",
    )
)
register(
    Gesture(
        "add_signer_after",
        Text("后加签（我之后再由对方表态）", "Add a signer after me"),
        BY_REMOVING,
        offered=has_a_place,
        problems=_adding_problems,
        act=_add(before=False),
        fields=(PERSON,),
        reason="optional",
    )
)
register(
    Gesture(
        "remove_signer",
        Text("减签", "Remove a signer"),
        Text("可以再加签", "The signer can be added again"),
        offered=may_remove,
        problems=_removing_problems,
        act=_remove,
        fields=(PERSON,),
        reason="required",
    )
)
register(
    Gesture(
        "hand_over_signing",
        Text("转办：请他人代我表态", "Hand my place over for good"),
        NOT_BACK,
        offered=has_a_place,
        problems=_adding_problems,
        act=_hand_over,
        fields=(PERSON,),
        reason="required",
    )
)
