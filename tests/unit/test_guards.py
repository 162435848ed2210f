"""Guards answer with what is short in numbers, the clause, and who can mend it; or with nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.facts import attempt, case, instructor, problems
from workflow.guards import GUARDS, InstructorFacts

PAIR = {"instructor": "x", "no_conflict": True}


class TestInstructor:
    @pytest.mark.parametrize(
        ("who", "words"),
        [
            (None, "no such instructor"),
            (instructor(is_instructor=False), "no such instructor"),
            (instructor(serves_here=False), "serves another town"),
            (instructor(is_active=False), "disabled"),
            (instructor(is_full_member=False), "full member"),
            (instructor(under_discipline=True), "discipline"),
        ],
    )
    def test_g01_names_what_an_instructor_lacks(self, who: InstructorFacts | None, words: str) -> None:
        (problem,) = problems("instructor_is_eligible", case(), attempt("assign_instructor", PAIR, instructor=who))
        assert problem.code == "G01"
        assert words in problem.text.en

    def test_g01_a_town_without_instructors_says_who_opens_an_account_and_how(self) -> None:
        nobody = case(has_instructors=lambda: False, town_id=7)
        (problem,) = problems("area_has_instructors", nobody, attempt("assign_instructor"))
        assert "--role instructor --organisation 7" in problem.text.zh
        assert problem.mender.zh == "系统管理员"
        assert not problems("area_has_instructors", case(), attempt("assign_instructor"))

    def test_g01_takes_an_active_full_member(self) -> None:
        assert not problems(
            "instructor_is_eligible", case(), attempt("assign_instructor", PAIR, instructor=instructor())
        )

    @pytest.mark.parametrize(
        ("load", "cap", "is_full"), [(4, None, False), (5, None, True), (5, 6, False), (2, 2, True)]
    )
    def test_g02_counts_the_load_against_the_own_cap_or_the_rule(
        self, load: int, cap: int | None, is_full: bool
    ) -> None:
        who = instructor(load=load, load_cap=cap)
        found = problems("instructor_has_room", case(), attempt("assign_instructor", PAIR, instructor=who))
        assert bool(found) is is_full
        assert all(p.soft for p in found)

    def test_g03_needs_the_check_and_a_term_that_covers_the_day(self) -> None:
        who = instructor(term_to=date(2026, 11, 22))
        tried = attempt("assign_instructor", {**PAIR, "no_conflict": False}, instructor=who)
        assert len(problems("instructor_is_independent", case(), tried)) == 2

    def test_a_change_of_instructor_names_somebody_else(self) -> None:
        tried = attempt("reassign", PAIR, instructor=instructor(id=5))
        assert problems("instructor_changes", case(instructor_id=5), tried)
        assert not problems("instructor_changes", case(instructor_id=6), tried)

    def test_g04_asks_for_the_first_visit_and_points_at_the_action_that_mends_it(self) -> None:
        (problem,) = problems("first_visit_logged", case(), attempt("start_training"))
        assert problem.where == "action:log_visit"
        assert not problems("first_visit_logged", case(count_visits=lambda: 1), attempt("start_training"))


class TestMembers:
    @pytest.mark.parametrize(("full", "short"), [(0, 3), (2, 1)])
    def test_g05_says_how_many_full_members_are_short_and_on_which_clause(self, full: int, short: int) -> None:
        (problem,) = problems(
            "enough_full_members", case(full_members=full, probationary_members=9), attempt("mark_ready")
        )
        assert f"{short} short" in problem.text.en
        assert problem.clause is not None
        assert "第四条" in problem.clause.zh
        assert not problem.soft

    def test_g05_three_full_members_are_enough(self) -> None:
        assert not problems("enough_full_members", case(full_members=3), attempt("mark_ready"))

    def test_g06_a_unit_that_could_found_alone_should_not_join(self) -> None:
        assert problems("joint_units_are_small", case(form="joint", own_full_members=3), attempt("mark_ready"))
        assert not problems("joint_units_are_small", case(form="joint", own_full_members=2), attempt("mark_ready"))

    def test_g07_counts_all_members_and_only_warns(self) -> None:
        (problem,) = problems("not_too_many_members", case(full_members=49, probationary_members=2), attempt("submit"))
        assert problem.soft
        assert not problems("not_too_many_members", case(full_members=48, probationary_members=2), attempt("submit"))


class TestPapers:
    def test_g08_names_each_missing_paper_and_its_place(self) -> None:
        found = problems("application_papers", case(list_papers=lambda: frozenset({"D02"})), attempt("submit"))
        assert [p.where for p in found] == ["documents:D01", "documents:D06"]

    def test_g09_refuses_a_wrong_check_digit_and_a_second_open_case(self) -> None:
        facts = case(credit_code="91330212144416312X", count_other_open_cases=lambda: 1)
        assert len(problems("enterprise_is_unique", facts, attempt("submit"))) == 2


MEETING = {"meeting_on": "2026-11-20", "meeting_due": 7, "meeting_attending": 4, "reply_on": "2026-11-21"}


class TestDecision:
    def test_g10_a_branch_or_general_branch_may_not_approve(self) -> None:
        assert problems("committee_may_approve", case(committee_may_approve=False), attempt("approve"))

    @pytest.mark.parametrize("own", ["instructor_id", "submitter_id"])
    def test_g10_nobody_decides_on_an_own_case(self, own: str) -> None:
        facts = case(**{"instructor_id": 1, "submitter_id": 2, own: 9})
        (problem,) = problems("decider_is_independent", facts, attempt("approve", actor_id=9))
        assert not problem.soft

    @pytest.mark.parametrize(("attending", "is_enough"), [(3, False), (4, True), (7, True), (8, False)])
    def test_g11_more_than_half_and_no_more_than_all_attend(self, attending: int, is_enough: bool) -> None:
        tried = attempt("approve", {**MEETING, "meeting_attending": attending})
        assert (problems("committee_met", case(), tried) == []) is is_enough

    def test_g11_exactly_half_of_an_even_committee_is_not_enough(self) -> None:
        tried = attempt("approve", {**MEETING, "meeting_due": 6, "meeting_attending": 3})
        assert "at least 4" in problems("committee_met", case(), tried)[0].text.en

    def test_g12_a_reply_is_not_older_than_the_request_or_the_meeting(self) -> None:
        facts = case(facts={"requested_on": "2026-11-10"})
        assert not problems("reply_is_dated", facts, attempt("approve", MEETING))
        assert problems("reply_is_dated", facts, attempt("approve", {**MEETING, "reply_on": "2026-11-19"}))
        assert problems("reply_is_dated", facts, attempt("approve", {**MEETING, "reply_on": "2026-11-24"}))

    def test_g22_names_who_was_elected_but_not_confirmed_and_the_reverse(self) -> None:
        facts = case(facts={"elected": [{"name": "甲", "post": "secretary"}, {"name": "乙", "post": "deputy"}]})
        tried = attempt(
            "confirm_result", {"confirmed": [{"name": "甲", "post": "secretary"}, {"name": "丙", "post": "deputy"}]}
        )
        found = problems("confirmed_are_elected", facts, tried)
        assert ["乙" in found[0].text.zh, "丙" in found[1].text.zh] == [True, True]

    def test_g24_a_receipt_is_not_older_than_the_filing(self) -> None:
        facts = case(facts={"filed_on": "2026-11-20"})
        assert problems("receipt_is_dated", facts, attempt("acknowledge_filing", {"acknowledged_on": "2026-11-19"}))


def candidates(**posts: int) -> dict[str, Any]:
    rows = [
        {"name": f"{post}{n}", "post": post, "standing_years": 3} for post, count in posts.items() for n in range(count)
    ]
    return {"committee_seats": 0, "deputy_posts": 0, "candidates": rows}


class TestCandidates:
    @pytest.mark.parametrize(("seats", "needed"), [(3, 4), (5, 6), (6, 8), (7, 9)])
    def test_g13_candidates_exceed_the_seats_by_a_fifth(self, seats: int, needed: int) -> None:
        facts = case(full_members=9)
        short = {**candidates(member=needed - 1, secretary=1), "committee_seats": seats}
        enough = {**candidates(member=needed, secretary=1), "committee_seats": seats}
        (problem,) = problems("candidates_fit_seats", facts, attempt("submit_candidates", short))
        assert f"at least {needed}" in problem.text.en
        assert not problems("candidates_fit_seats", facts, attempt("submit_candidates", enough))

    @pytest.mark.parametrize(
        ("full", "seats", "is_right"), [(6, 0, True), (6, 3, False), (7, 3, True), (7, 0, False), (7, 8, False)]
    )
    def test_g13_seven_full_members_need_a_committee_and_six_have_none(
        self, full: int, seats: int, is_right: bool
    ) -> None:
        data = {**candidates(member=10 if seats else 0, secretary=1), "committee_seats": seats}
        assert (
            problems("candidates_fit_seats", case(full_members=full), attempt("submit_candidates", data)) == []
        ) is is_right

    def test_g13_secretary_and_deputy_are_elected_in_equal_number(self) -> None:
        two = candidates(secretary=2)
        assert problems("candidates_fit_seats", case(), attempt("submit_candidates", two))
        deputy = {**candidates(secretary=1), "deputy_posts": 1}
        assert problems("candidates_fit_seats", case(), attempt("submit_candidates", deputy))

    def test_g13_nobody_stands_twice_for_one_post(self) -> None:
        data = candidates(secretary=1)
        data["candidates"] *= 2
        assert any(
            "twice" in p.text.en for p in problems("candidates_fit_seats", case(), attempt("submit_candidates", data))
        )

    def test_g13_a_new_secretary_is_a_soft_problem(self) -> None:
        data = candidates(secretary=1)
        data["candidates"][0]["standing_years"] = 0
        (problem,) = problems("secretary_has_standing", case(), attempt("submit_candidates", data))
        assert problem.soft

    def test_edge_case_2_a_reply_that_no_longer_fits_the_members_has_to_be_reissued(self) -> None:
        facts = case(full_members=7, facts={"with_committee": False})
        (problem,) = problems("reply_matches_members", facts, attempt("submit_candidates"))
        assert problem.where == "action:reissue_reply"


def election(**changes: Any) -> dict[str, Any]:
    """Five on the roll, all there, one secretary with every vote."""
    usual = {
        "held_on": "2026-11-20",
        "roll": 5,
        "attending": 5,
        "scrutineers": [{"name": "监", "duty": "scrutineer", "is_full_member": True}],
        "ballots": [{"round": 1, "issued": 5, "returned": 5, "valid": 5, "void": 0}],
        "votes": [{"round": 1, "name": "甲", "post": "secretary", "yes": 5, "no": 0, "abstain": 0}],
        "elected": [{"name": "甲", "post": "secretary"}],
    }
    return {**usual, **changes}


def votes(*rows: tuple[str, int] | tuple[str, int, int], post: str = "member") -> list[dict[str, Any]]:
    return [
        {"name": row[0], "yes": row[1], "round": row[2] if len(row) > 2 else 1, "no": 0, "abstain": 0, "post": post}
        for row in rows
    ]


def elected(*names: str, secretary: str | None = None) -> list[dict[str, str]]:
    rows = [{"name": name, "post": "member"} for name in names]
    return rows + ([{"name": secretary, "post": "secretary"}] if secretary else [])


WITH_COMMITTEE = case(full_members=8, facts={"committee_seats": 3, "candidates": [{"name": "甲"}]})


class TestElection:
    def test_g14_an_election_follows_the_reply_and_the_clearance(self) -> None:
        facts = case(facts={"founding_reply_on": "2026-11-21", "clearance_on": "2026-11-22"})
        assert len(problems("election_is_dated", facts, attempt("record_election", election()))) == 2

    def test_edge_case_1_a_member_who_leaves_before_the_election_blocks_it(self) -> None:
        assert problems("enough_full_members", case(full_members=2), attempt("record_election", election()))

    @pytest.mark.parametrize(
        ("roll", "attending", "is_met"), [(5, 4, True), (5, 3, False), (10, 8, True), (10, 7, False), (5, 6, False)]
    )
    def test_g15_edge_case_3_exactly_four_fifths_meets_the_quorum(
        self, roll: int, attending: int, is_met: bool
    ) -> None:
        tried = attempt("record_election", election(roll=roll, attending=attending))
        assert (problems("quorum_is_met", case(), tried) == []) is is_met

    def test_g16_the_roll_is_the_full_members_less_those_without_vote_and_excused(self) -> None:
        data = election(roll=5, no_vote_right=1, excused=[{"cause": "abroad", "paper_no": "1"}])
        assert not problems("roll_adds_up", case(full_members=7), attempt("record_election", data))
        assert problems("roll_adds_up", case(full_members=6), attempt("record_election", data))

    @pytest.mark.parametrize(
        "row",
        [
            {"issued": 4, "returned": 4, "valid": 4, "void": 0},
            {"issued": 5, "returned": 6, "valid": 6, "void": 0},
            {"issued": 5, "returned": 5, "valid": 4, "void": 0},
        ],
    )
    def test_g17_ballots_that_do_not_add_up_are_named(self, row: dict[str, int]) -> None:
        tried = attempt("record_election", election(ballots=[{"round": 1, **row}]))
        assert problems("ballots_add_up", case(), tried)

    def test_g17_fewer_ballots_returned_than_issued_is_valid(self) -> None:
        row = {"round": 1, "issued": 5, "returned": 4, "valid": 3, "void": 1}
        assert not problems("ballots_add_up", case(), attempt("record_election", election(ballots=[row])))

    def test_g19_the_declared_winner_needs_more_than_half_of_those_attending(self) -> None:
        data = election(attending=4, votes=votes(("甲", 2), post="secretary"))
        found = problems("winners_are_elected", case(), attempt("record_election", data))
        assert found
        assert "at least 3" in found[0].text.en

    def test_g19_a_write_in_above_half_is_elected(self) -> None:
        data = election(
            votes=votes(("甲", 2), ("乙", 3), post="secretary"), elected=[{"name": "乙", "post": "secretary"}]
        )
        assert not problems("winners_are_elected", case(), attempt("record_election", data))

    def test_g19_edge_case_4_a_tie_at_the_cut_asks_for_a_second_vote(self) -> None:
        data = election(
            attending=8,
            votes=votes(("甲", 8), ("乙", 6), ("丙", 5), ("丁", 5)),
            elected=elected("甲", "乙", "丙", secretary="甲"),
        )
        (problem,) = problems("winners_are_elected", WITH_COMMITTEE, attempt("record_election", data))
        assert "丙" in problem.text.zh
        assert "丁" in problem.text.zh

    def test_g19_edge_case_4_the_second_vote_settles_the_tie(self) -> None:
        data = election(
            attending=8,
            votes=votes(("甲", 8), ("乙", 6), ("丙", 5), ("丁", 5), ("丙", 3, 2), ("丁", 5, 2)),
            elected=elected("甲", "乙", "丁", secretary="甲"),
        )
        assert not problems("winners_are_elected", WITH_COMMITTEE, attempt("record_election", data))

    def test_g19_edge_case_4_one_short_asks_for_another_vote_or_consent_to_fewer_seats(self) -> None:
        data = election(
            attending=8,
            votes=votes(("甲", 8), ("乙", 6), ("丙", 4), ("丁", 4)),
            elected=elected("甲", "乙", secretary="甲"),
        )
        (problem,) = problems("winners_are_elected", WITH_COMMITTEE, attempt("record_election", data))
        assert "reduce the seats" in problem.text.en
        consent = {**data, "reduced_seats_consent": 5}
        assert not problems("winners_are_elected", WITH_COMMITTEE, attempt("record_election", consent))
        half = {**data, "reduced_seats_consent": 4}
        assert problems("winners_are_elected", WITH_COMMITTEE, attempt("record_election", half))

    def test_g19_fewer_seats_are_not_agreed_to_where_every_seat_is_filled(self) -> None:
        data = election(attending=4, votes=votes(("甲", 4), post="secretary"), reduced_seats_consent=4)
        (problem,) = problems("winners_are_elected", case(), attempt("record_election", data))
        assert "名额都已选满" in problem.text.zh
        assert not problems(
            "winners_are_elected", case(), attempt("record_election", {**data, "reduced_seats_consent": 0})
        )

    def test_g19_no_more_agree_to_fewer_seats_than_attend(self) -> None:
        data = election(
            attending=8,
            votes=votes(("甲", 8), ("乙", 6), ("丙", 4), ("丁", 4)),
            elected=elected("甲", "乙", secretary="甲"),
            reduced_seats_consent=9,
        )
        (problem,) = problems("winners_are_elected", WITH_COMMITTEE, attempt("record_election", data))
        assert "多于实到" in problem.text.zh

    def test_g19_edge_case_4_nobody_above_half(self) -> None:
        data = election(
            attending=8, votes=votes(("甲", 4), ("乙", 4), ("丙", 4), ("丁", 4)), elected=elected(secretary="甲")
        )
        assert problems("winners_are_elected", WITH_COMMITTEE, attempt("record_election", data))

    def test_g20_scrutineers_are_full_members_and_no_candidates(self) -> None:
        facts = case(facts={"candidates": [{"name": "甲"}]})
        rows = [{"name": "甲", "duty": "scrutineer", "is_full_member": False}]
        assert len(problems("scrutineers_are_fit", facts, attempt("record_election", election(scrutineers=rows)))) == 2
        teller = [{"name": "乙", "duty": "teller", "is_full_member": True}]
        assert problems("scrutineers_are_fit", facts, attempt("record_election", election(scrutineers=teller)))

    def test_a_valid_election_cannot_be_recorded_as_void(self) -> None:
        data = {"roll": 5, "attending": 5, "void_ballots": election()["ballots"]}
        assert problems("election_is_void", case(), attempt("record_void_election", data))

    @pytest.mark.parametrize(("attending", "returned"), [(3, 3), (5, 6)])
    def test_too_few_present_or_too_many_ballots_make_it_void(self, attending: int, returned: int) -> None:
        ballots = [{"round": 1, "issued": attending, "returned": returned, "valid": returned, "void": 0}]
        data = {"roll": 5, "attending": attending, "void_ballots": ballots}
        assert not problems("election_is_void", case(), attempt("record_void_election", data))

    def test_a_meeting_too_small_for_a_ballot_is_void_without_any(self) -> None:
        assert not problems("election_is_void", case(), attempt("record_void_election", {"roll": 5, "attending": 3}))

    def test_an_election_that_elected_somebody_is_not_recorded_as_failed(self) -> None:
        nobody = election(votes=votes(("甲", 2), post="secretary"))
        assert not problems("nobody_is_elected", case(), attempt("record_failed_election", nobody))
        (problem,) = problems("nobody_is_elected", case(), attempt("record_failed_election", election()))
        assert "甲" in problem.text.zh


DAY = "2026-11-20"
EARLY = {"reply_on": "2026-11-19"}


READY = {"members_snapshot": {"on": DAY}}
PLANNED = {"election_planned_on": "2026-11-23"}
LATE = {"founding_reply_on": "2026-11-24"}


class TestDates:
    """A day typed wrongly must not lock the steps that follow."""

    @pytest.mark.parametrize(
        ("guard", "action", "facts", "right", "wrong"),
        [
            ("request_is_dated", "submit", {}, {"requested_on": "2026-11-23"}, {"requested_on": "2028-01-01"}),
            ("request_is_dated", "submit", READY, {"requested_on": DAY}, {"requested_on": "1990-01-01"}),
            ("planned_election_is_ahead", "submit_candidates", {}, PLANNED, {"election_planned_on": "2020-01-01"}),
            ("planned_election_is_ahead", "submit_candidates", LATE, {"election_planned_on": "2026-12-01"}, PLANNED),
            ("filing_is_dated", "file", {"result_reply_on": DAY}, {"filed_on": DAY}, {"filed_on": "2026-11-19"}),
            ("filing_is_dated", "file", {}, {"filed_on": "2026-11-23"}, {"filed_on": "2028-01-01"}),
            ("report_is_dated", "submit_result", {"held_on": DAY}, {"reported_on": DAY}, {"reported_on": "2026-11-19"}),
            ("clearance_is_dated", "clear_candidates", {"candidates_on": DAY}, {"reply_on": DAY}, EARLY),
            ("set_day_is_ahead", "approve", {}, {"elect_by": "2026-12-20"}, {"elect_by": "2020-01-01"}),
            ("set_day_is_ahead", "return", {}, {}, {"reply_by": "2020-01-01"}),
            ("visit_is_past", "log_visit", {"assigned_on": DAY}, {"visited_on": DAY}, {"visited_on": "1990-05-01"}),
        ],
    )  # fmt: skip
    def test_a_day_out_of_order_is_refused(
        self, guard: str, action: str, facts: dict[str, Any], right: dict[str, str], wrong: dict[str, str]
    ) -> None:
        assert problems(guard, case(facts=facts), attempt(action, right)) == []
        assert problems(guard, case(facts=facts), attempt(action, wrong))

    def test_a_term_does_not_begin_before_the_election(self) -> None:
        facts = case(facts={"held_on": "2026-11-20"})
        data = {"reply_on": "2026-11-21", "term_from": "2000-01-01"}
        assert "任期" in problems("confirmation_is_dated", facts, attempt("confirm_result", data))[0].text.zh

    @pytest.mark.parametrize(("term_from", "is_right"), [("2027-11-21", True), ("2027-11-22", False)])
    def test_a_term_begins_within_a_year_of_the_reply(self, term_from: str, is_right: bool) -> None:
        data = {"reply_on": "2026-11-21", "term_from": term_from}
        found = problems("confirmation_is_dated", case(), attempt("confirm_result", data))
        assert (found == []) is is_right

    def test_more_members_than_employees_are_refused(self) -> None:
        data = {"full_members": 200, "probationary_members": 36}
        assert problems("members_fit_staff", case(employees=235), attempt("record_headcount", data))
        assert not problems("members_fit_staff", case(employees=236), attempt("record_headcount", data))
        assert not problems("members_fit_staff", case(), attempt("record_headcount", data))


def test_every_guard_has_a_code_and_a_title_in_both_languages() -> None:
    for guard in GUARDS.values():
        # G and PG as in the procedure, R where the product itself asks for it.
        assert guard.code[0] in "GRP"
        assert guard.title.zh
        assert guard.title.en


def test_guards_about_data_keep_silent_while_only_asking() -> None:
    for name, guard in GUARDS.items():
        if guard.needs_data:
            assert problems(name, case(), attempt("approve")) == []


def test_only_the_soft_guards_of_the_procedure_are_soft() -> None:
    soft = {name for name, guard in GUARDS.items() if guard.is_soft}
    assert soft == {
        "half_yearly_checks_made",
        "instructor_has_room",
        "joint_has_room",
        "joint_units_are_small",
        "not_too_many_members",
        "secretary_has_standing",
        "unit_is_small",
    }
