"""Every blueprint of the product, in one place."""

from __future__ import annotations

from flask import Flask

from web import (
    api,
    case_list,
    committee,
    definitions,
    enterprises,
    health,
    home,
    imports,
    members,
    metrics,
    navigation,
    operating,
    organisations,
    pipeline,
    process,
    registers,
    reports,
    workdays,
    workload,
)
from web.auth import contacts, opinions, profile, sign_in
from web.cases import actions, decision_paper, election, gestures, show
from web.documents import pages as documents
from web.inbox import decide, mine
from web.inbox import show as inbox
from web.notices import pages as notices
from web.notices import wishes
from web.papers import pages as papers
from web.people import handover, leave, manage, substitutes
from web.registers import ledger
from web.security import csrf

# For programs.
PLAIN = (health.bp, metrics.bp)
DESKS = (
    inbox.bp,
    decide.bp,
    mine.bp,
    show.bp,
    actions.bp,
    gestures.bp,
    documents.bp,
    papers.bp,
    notices.bp,
    wishes.bp,
    decision_paper.bp,
    election.bp,
)
PEOPLE = (contacts.bp, substitutes.bp, leave.bp, handover.bp, manage.bp)
LISTS = (
    case_list.bp,
    committee.bp,
    pipeline.bp,
    enterprises.bp,
    members.bp,
    members.training,
    workload.bp,
    imports.bp,
    process.bp,
    organisations.bp,
    definitions.bp,
    workdays.bp,
    reports.bp,
    registers.bp,
    ledger.bp,
    operating.bp,
)


def register_blueprints(app: Flask) -> None:
    for blueprint in (*PLAIN, home.bp, sign_in.bp, profile.bp, opinions.bp, *DESKS, *LISTS, *PEOPLE, api.bp):
        # APIFlask asks every blueprint that has a hook of its own; the pages stand in no description.
        blueprint.__dict__.setdefault("enable_openapi", False)
        app.register_blueprint(blueprint)
    navigation.count_with(app, "inbox", inbox.waiting)
    navigation.count_with(app, "workdays", workdays.missing_years)
    # The API knows bearer tokens only, and no other site can make a browser send one.
    csrf.exempt(api.bp)
