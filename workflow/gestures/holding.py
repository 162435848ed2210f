"""A step that several could take: one takes it upon themselves (认领), lets it go, or hands it over for good (转办)."""

from __future__ import annotations

from sqlalchemy import delete, insert

from workflow.engine.messages import still_active, tell_people
from workflow.engine.recipients import holder_of
from workflow.gestures.gesture import PERSON, Gesture, Problems, problem, register
from workflow.gestures.people import independence_problems, person_problems
from workflow.gestures.recording import record
from workflow.gestures.scene import Scene
from workflow.gestures.signers import person_of
from workflow.guards import MENDERS
from workflow.models import Claim
from workflow.models.base import table_of
from workflow.text import Text

CLAIMS = table_of(Claim)


def _is_shared(scene: Scene) -> bool:
    """The step is a body's, not one named person's, this person could take it, and no round asks everybody anyway."""
    owner = holder_of(scene.work.definition, scene.work.case)
    can = any(seat.user_id == scene.actor.id for seat in scene.steppers)
    return scene.is_open and owner.at != "case" and can and scene.running is None


def _may_claim(scene: Scene) -> bool:
    return _is_shared(scene) and scene.work.standing.claimed_by != scene.actor.id


def _has_claimed(scene: Scene) -> bool:
    return _is_shared(scene) and scene.work.standing.claimed_by == scene.actor.id


def _claiming_problems(scene: Scene) -> Problems:
    if not _is_shared(scene):
        yield problem(
            "NOT_SHARED", "本步骤不能认领", "This step is not one to be claimed", MENDERS["committee"], "history"
        )
    elif scene.work.standing.claimed_by is not None:
        yield problem(
            "CLAIMED",
            "本步骤已被他人认领，可请对方释放或转办",
            "Somebody has claimed it: ask them to release it or hand it over",
            MENDERS["other"],
            "history",
        )
    else:
        yield from independence_problems(scene, scene.me)


def _holding_problems(scene: Scene) -> Problems:
    if not _has_claimed(scene):
        yield problem("NOT_CLAIMED", "本步骤不在您名下", "You have not claimed this step", MENDERS["other"], "history")


def _passing_problems(scene: Scene) -> Problems:
    """Whoever has the step, or could have it while nobody has, hands it to somebody who can take it."""
    if not _is_shared(scene) or scene.work.standing.claimed_by not in (None, scene.actor.id):
        yield problem(
            "NOT_YOURS", "本步骤不在您名下，不能转办", "The step is not yours to hand over", MENDERS["other"], "history"
        )
        return
    found = list(person_problems(scene))
    yield from found
    if found or scene.person is None:
        return
    yield from independence_problems(scene, scene.person.id)
    if not any(seat.user_id == scene.person.id for seat in scene.steppers):
        yield problem(
            "CANNOT_TAKE_IT",
            "此人没有办理本步骤的权限，请选同一组织有权限的同志",
            "This person cannot take the step: choose somebody with the role at the body",
            MENDERS["you"],
        )


def _give(scene: Scene, user_id: int | None, given_by: int | None = None) -> None:
    work = scene.work
    work.run(delete(CLAIMS).where(CLAIMS.c.work_item_id == work.standing.item_id))
    if user_id is not None:
        row = {"work_item_id": work.standing.item_id, "user_id": user_id, "given_by": given_by, "claimed_at": work.now}
        work.run(insert(CLAIMS).values(row))


def _claim(scene: Scene) -> None:
    record(scene)
    _give(scene, scene.actor.id)


def _release(scene: Scene) -> None:
    record(scene)
    _give(scene, None)


def _hand_over(scene: Scene) -> None:
    person, work = person_of(scene), scene.work
    record(scene)
    _give(scene, person.id, scene.actor.id)
    tell_people(
        work,
        still_active(work, [person.id]),
        "handed_over",
        Text(f"{work.enterprise.name}：转给您办理", f"{work.enterprise.name}: handed over to you"),
        Text(f"案件 {work.case.id} 的当前步骤已转给您办理。", f"The present step of case {work.case.id} is yours now."),
    )


register(
    Gesture(
        "claim",
        Text("认领", "Claim"),
        Text("可以释放", "It can be released"),
        offered=_may_claim,
        problems=_claiming_problems,
        act=_claim,
    )
)
register(
    Gesture(
        "release",
        Text("释放认领", "Release"),
        Text("可以再认领", "It can be claimed again"),
        offered=_has_claimed,
        problems=_holding_problems,
        act=_release,
    )
)
register(
    Gesture(
        "hand_over",
        Text("转办", "Hand over for good"),
        Text("不能收回；接手的同志可以再转给您", "It cannot be taken back; whoever has it can hand it on"),
        offered=lambda scene: _is_shared(scene) and scene.work.standing.claimed_by in (None, scene.actor.id),
        problems=_passing_problems,
        act=_hand_over,
        fields=(PERSON,),
        reason="required",
    )
)
