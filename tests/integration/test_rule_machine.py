"""Random gestures by random people against a small model of who may do what and what comes of it.

The model knows nothing of the engine: places in a round, who waits for whom, one claim, one thing to take back. Each
history starts from a copy of one prepared district. ZUJIAN_HISTORIES sets how many are tried (`make soak`).
"""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.district import District, make_district
from tests.policies import SIGNED_ACTION as ACTION
from tests.policies import signed, with_definition
from workflow.database import Database
from workflow.definition.approval import Approval, Policy
from workflow.engine.actors import load_actor
from workflow.errors import WorkflowError
from workflow.ledger import verify
from workflow.models import ApprovalRound, Claim, Signer, WorkItem
from workflow.queries.asks import asks
from workflow.queries.inbox import inbox

HISTORIES = int(os.environ.get("ZUJIAN_HISTORIES", "300"))
MEMORY = "/dev/shm"  # noqa: S108  # a folder of our own is made in it
APPROVERS = ("approver", "second_approver", "third_approver")
PEOPLE = (*APPROVERS, "clerk", "social_work", "instructor")
SUBMITTED, CLEARED, APPROVED = "candidates_submitted", "candidates_cleared", "approved"
POLICIES = (
    Approval(Policy.ALL),
    Approval(Policy.IN_ORDER),
    Approval(Policy.WEIGHTED, (1, 2)),
    Approval(Policy.WEIGHTED, (2, 3)),
)
people = st.sampled_from(PEOPLE)


@dataclass
class Place:
    who: str
    status: str
    decision: str | None = None
    after: Place | None = None
    added_by: str | None = None

    @property
    def is_open(self) -> bool:
        return self.status in ("asked", "waiting")


@dataclass
class Model:
    policy: Approval
    state: str = SUBMITTED
    places: list[Place] | None = None
    opener: str = ""
    claimed_by: str | None = None
    undo: tuple[str, Model] | None = None

    # What may be done -------------------------------------------------------------------------------------------------
    def place_of(self, who: str) -> Place | None:
        mine = [p for p in self.places or [] if p.who == who]
        return next((p for p in mine if p.is_open), mine[-1] if mine else None)

    def is_free_for(self, who: str) -> bool:
        return self.claimed_by in (None, who)

    def may(self, what: str, who: str, other: str) -> bool:
        place = self.place_of(who)
        is_asked = place is not None and place.status == "asked"
        theirs = self.place_of(other)
        if what == "propose":
            return self.state == SUBMITTED and who in APPROVERS and self.is_free_for(who) and self.places is None
        if what == "return":
            return self.state == SUBMITTED and who in (*APPROVERS, "clerk") and self.is_free_for(who)
        if what == "resubmit":
            return self.state == APPROVED and who == "instructor"
        if what.startswith("sign_"):
            return is_asked
        if what in ("add_signer_before", "add_signer_after", "hand_over_signing"):
            return is_asked and other not in (who, "instructor") and not (theirs and theirs.is_open)
        if what == "remove_signer":
            is_added = theirs is not None and theirs.is_open and theirs.added_by is not None
            return is_added and who in (theirs.added_by, self.opener)
        is_shared = self.state == SUBMITTED and self.places is None and who in APPROVERS
        if what == "claim":
            return is_shared and self.claimed_by is None
        if what == "release":
            return is_shared and self.claimed_by == who
        return self.undo is not None and self.undo[0] == who

    # What comes of it -------------------------------------------------------------------------------------------------
    def do(self, what: str, who: str, other: str) -> None:
        if what == "take_back":
            before = self.undo[1]  # type: ignore[index]  # `may` was asked
            self.__dict__.update(copy.deepcopy(before.__dict__), undo=None)
            return
        before = copy.deepcopy(self)
        before.undo = None
        getattr(self, f"_{what}" if not what.startswith("sign_") else "_sign")(what, who, other)
        self.undo = None if what in ("claim", "release") else (who, before)

    def _move(self, state: str) -> None:
        self.state, self.places, self.claimed_by = state, None, None

    def _propose(self, _what: str, who: str, _other: str) -> None:
        self.opener = who
        others = [Place(name, "asked") for name in APPROVERS if name != who]
        if self.policy.policy is Policy.IN_ORDER:
            for before, place in pairwise(others):
                place.status, place.after = "waiting", before
        self.places = [Place(who, "decided", "agree"), *others]

    def _return(self, *_: str) -> None:
        self._move(APPROVED)

    def _resubmit(self, *_: str) -> None:
        self._move(SUBMITTED)

    def _sign(self, what: str, who: str, _other: str) -> None:
        place = self.place_of(who)
        place.status, place.decision = "decided", what.removeprefix("sign_")  # type: ignore[union-attr]  # `may` was asked
        self._call_after(place)  # type: ignore[arg-type]  # as above
        self._settle()

    def _call_after(self, answered: Place) -> None:
        for place in self.places or []:
            if place.after is answered and place.status == "waiting":
                place.status = "asked"

    def _settle(self) -> None:
        answers = [p.decision for p in self.places or []]
        if "object" in answers:
            self.places = None
        elif self.policy.policy is Policy.WEIGHTED:
            up, down = self.policy.more_than
            yes, open_ = answers.count("agree"), answers.count(None)
            if yes * down > up * len(answers):
                self._move(CLEARED)
            elif (yes + open_) * down <= up * len(answers):
                self.places = None
        elif "refuse" in answers:
            self.places = None
        elif None not in answers:
            self._move(CLEARED) if "agree" in answers else setattr(self, "places", None)

    def _add_signer_before(self, _what: str, who: str, other: str) -> None:
        mine = self.place_of(who)
        added = Place(other, "asked", after=mine.after, added_by=who)  # type: ignore[union-attr]  # `may` was asked
        mine.after, mine.status = added, "waiting"  # type: ignore[union-attr]  # as above
        self.places.append(added)  # type: ignore[union-attr]  # as above

    def _add_signer_after(self, _what: str, who: str, other: str) -> None:
        mine = self.place_of(who)
        added = Place(other, "waiting", after=mine, added_by=who)
        for place in self.places or []:
            if place.after is mine:
                place.after = added
        self.places.append(added)  # type: ignore[union-attr]  # `may` was asked

    def _remove_signer(self, _what: str, _who: str, other: str) -> None:
        gone = self.place_of(other)
        self.places.remove(gone)  # type: ignore[union-attr,arg-type]  # `may` was asked
        for place in self.places or []:
            if place.after is gone:
                if gone.status == "asked" and place.status == "waiting":  # type: ignore[union-attr]  # as above
                    place.status = "asked"
                place.after = gone.after  # type: ignore[union-attr]  # as above
        self._settle()

    def _hand_over_signing(self, _what: str, who: str, other: str) -> None:
        mine = self.place_of(who)
        place = Place(other, "asked", after=mine.after, added_by=who)  # type: ignore[union-attr]  # `may` was asked
        for waiting in self.places or []:
            if waiting.after is mine:
                waiting.after = place
        self.places[self.places.index(mine)] = place  # type: ignore[union-attr,arg-type]  # as above

    def _claim(self, _what: str, who: str, _other: str) -> None:
        self.claimed_by = who

    def _release(self, *_: str) -> None:
        self.claimed_by = None


@dataclass
class Prepared:
    """The district every history starts from."""

    folder: Path
    district: District
    case_id: int
    database: Database
    candidates: dict[str, Any] = field(default_factory=dict)


_prepared: list[Prepared] = []


@pytest.fixture(scope="module")
def prepared(sqlite_template: Path) -> Iterator[Prepared]:
    # In memory where the machine has such a place: thousands of histories commit tens of thousands of times.
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="zujian-rules-", dir=memory) as name:
        folder = Path(name)
        shutil.copy(sqlite_template, folder / "start.db")
        database = Database(f"sqlite:///{folder / 'start.db'}")
        district = make_district(database, folder)
        for key in APPROVERS[1:]:
            district.add_person(key, "approver", "chamber")
        case_id = district.walk(district.open(), until=APPROVED)
        candidates = district.example(case_id, "instructor", "submit_candidates")
        district.walk(case_id, until=SUBMITTED)
        database.dispose()
        # One engine for all histories: what it has compiled serves each of them.
        history = Database(f"sqlite:///{folder / 'history.db'}")
        _prepared.append(Prepared(folder, district, case_id, history, candidates))
        yield _prepared[0]
        _prepared.clear()
        history.dispose()


class Histories(RuleBasedStateMachine):
    """One history on a district of its own."""

    policy: Approval

    @initialize()
    def start(self) -> None:
        source = _prepared[0]
        source.database.dispose()
        for leftover in source.folder.glob("history.db-*"):
            leftover.unlink()
        shutil.copy(source.folder / "start.db", source.folder / "history.db")
        start = source.district.runtime
        changed = signed(start.branch_formation, self.policy)
        runtime = with_definition(replace(start, db=source.database), changed)
        self.district = replace(source.district, runtime=runtime)
        self.case_id = source.case_id
        # The candidates were submitted by the last step before the history.
        self.model = Model(self.policy, undo=("instructor", Model(self.policy, state=APPROVED)))
        self.turn = 0

    def teardown(self) -> None:
        if hasattr(self, "district"):
            with self.district.db.reading() as session:
                assert verify(session).ok
            self.district.db.dispose()

    def _try(self, what: str, who: str, other: str = "clerk") -> None:
        allowed = self.model.may(what, who, other)
        try:
            self._really(what, who, other)
            was_done = True
        except WorkflowError:
            was_done = False
        assert was_done == allowed, f"{what} by {who} ({other}): the model says {allowed}"
        if allowed:
            self.model.do(what, who, other)

    def _really(self, what: str, who: str, other: str) -> None:
        district, case_id = self.district, self.case_id
        today = district.clock().date().isoformat()
        if what == "propose":
            district.do(case_id, who, ACTION, {"reply_no": "商党〔2026〕6号", "reply_on": today})
        elif what == "return":
            district.do(case_id, who, "return_candidates", {}, reason="名单有误")
        elif what == "resubmit":
            district.do(case_id, who, "submit_candidates", _prepared[0].candidates)
        else:
            takes_person = what in ("add_signer_before", "add_signer_after", "hand_over_signing", "remove_signer")
            reason = None if what in ("claim", "release") else "说明"
            district.gesture(case_id, who, what, {"person": other} if takes_person else {}, reason=reason)

    @rule(who=people)
    def propose(self, who: str) -> None:
        self._try("propose", who)

    @rule(who=people, decision=st.sampled_from(("agree", "agree", "agree", "refuse", "abstain", "object")))
    def sign(self, who: str, decision: str) -> None:
        self._try(f"sign_{decision}", who)

    @rule(
        what=st.sampled_from(("add_signer_before", "add_signer_after", "hand_over_signing")), who=people, other=people
    )
    def change_signers(self, what: str, who: str, other: str) -> None:
        self._try(what, who, other)

    @rule(who=people, other=people)
    def remove(self, who: str, other: str) -> None:
        self._try("remove_signer", who, other)

    @rule(what=st.sampled_from(("claim", "release", "return", "resubmit")), who=people)
    def step(self, what: str, who: str) -> None:
        self._try(what, who)

    @rule(who=people)
    def take_back(self, who: str) -> None:
        self._try("take_back", who)

    @rule()
    def whoever_is_asked_agrees(self) -> None:
        asked = next((p.who for p in self.model.places or [] if p.status == "asked"), None)
        if asked:
            self._try("sign_agree", asked)

    @rule()
    def whoever_can_takes_back(self) -> None:
        if self.model.undo:
            self._try("take_back", self.model.undo[0])

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "district"):
            return
        district, model = self.district, self.model
        names = {user_id: name for name, user_id in district.people.items()}
        today = district.runtime.today()
        with district.db.reading() as session:
            assert district.case(self.case_id).state == model.state
            places = session.execute(
                select(Signer.user_id, Signer.status, Signer.decision)
                .join(ApprovalRound, ApprovalRound.id == Signer.round_id)
                .where(ApprovalRound.outcome.is_(None), Signer.status.in_(("asked", "waiting", "decided")))
            )
            found = sorted((names[p.user_id], p.status, p.decision or "") for p in places)
            assert found == sorted((p.who, p.status, p.decision or "") for p in model.places or [])
            claimed = session.scalar(
                select(Claim.user_id)
                .join(WorkItem, WorkItem.id == Claim.work_item_id)
                .where(WorkItem.case_id == self.case_id, WorkItem.closed_at.is_(None))
            )
            assert (names[claimed] if claimed else None) == model.claimed_by
            self.turn += 1
            who = PEOPLE[self.turn % len(PEOPLE)]
            actor = load_actor(session, district.people[who], today)
            to_sign = [ask for ask in asks(session, district.runtime, actor) if ask.kind == "sign"]
            place = model.place_of(who)
            assert len(to_sign) == (1 if place is not None and place.status == "asked" else 0)
            waits = bool(inbox(session, district.runtime, actor, today=today).cards)
            assert waits == self._waits_for(who)

    def _waits_for(self, who: str) -> bool:
        model = self.model
        if model.state == SUBMITTED:
            return who in APPROVERS and model.places is None and model.is_free_for(who)
        return who == "instructor"


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("policy", POLICIES, ids=["all", "in_order", "more_than_half", "more_than_two_thirds"])
def test_random_histories_do_what_the_model_says(policy: Approval) -> None:
    machine = type("Histories", (Histories,), {"policy": policy})
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(
        max_examples=HISTORIES // len(POLICIES), stateful_step_count=6, deadline=None, suppress_health_check=checks
    )
    run_state_machine_as_test(machine, settings=chosen)
