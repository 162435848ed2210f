"""A district with its web, and a signed-in browser for each of its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.district import District
from tests.html_forms import Form, as_fields, form_to
from tests.visitor import Visitor, make_app
from workflow.delivery.in_app import InApp
from workflow.models import OutboxRow


@dataclass
class Desk:
    district: District
    app: Flask = field(init=False)
    _visitors: dict[str, Visitor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = make_app(self.district.runtime)

    def as_(self, who: str) -> Visitor:
        """The browser of a person, signed in once for the test."""
        if who not in self._visitors:
            visitor = Visitor(self.app)
            assert visitor.sign_in(f"{who}.user").status_code == 303
            self._visitors[who] = visitor
        return self._visitors[who]

    def page(self, who: str, path: str, status: int = 200) -> str:
        answer = self.as_(who).get(path)
        assert answer.status_code == status, f"{path}: {answer.status}"
        return answer.text

    def form(self, who: str, case_id: int, action: str) -> Form:
        address = f"/cases/{case_id}/actions/{action}"
        return form_to(self.page(who, address), address)

    def send(self, who: str, form: Form, **changes: Any) -> TestResponse:
        """Sends a form as it stands, with some fields changed."""
        fields = {name: value for name, value in {**form.fields, **changes}.items() if value is not None}
        token = fields.pop("csrf_token", None)
        return self.as_(who).post(form.action, fields, token=token)

    def filled(self, who: str, case_id: int, action: str, reason: str = "") -> Form:
        """The form of an action, filled in with the engine's example."""
        form = self.form(who, case_id, action)
        form.fields |= as_fields(self.district.example(case_id, who, action))
        if "reason" in form.fields:
            form.fields["reason"] = reason
        return form

    def take(self, who: str, case_id: int, action: str, reason: str = "") -> TestResponse:
        """Takes an action as a person does: the form, the check page where there is one, the answer."""
        answer = self.send(who, self.filled(who, case_id, action, reason))
        if answer.status_code == 200:
            check = form_to(answer.text, f"/cases/{case_id}/actions/{action}")
            answer = self.send(who, check, **check.button("checked"))
        return answer

    def deliver(self) -> None:
        """Tells everybody what is to be told, in the application."""
        channel = InApp(self.district.db, self.district.clock)
        with self.district.db.reading() as session:
            rows = session.scalars(
                select(OutboxRow).where(OutboxRow.channel == "in_app", OutboxRow.status != "sent")
            ).all()
        for row in rows:
            channel.deliver(row)
