"""One table leads from the class of an error to the status of the answer."""

from __future__ import annotations

import pytest

from web.error_words import words_for
from web.errors import STATUS, status_of
from workflow.errors import Conflict, DefinitionError, NotFound, SettingsError, WorkflowError
from workflow.text import Text


def all_kinds(kind: type[WorkflowError]) -> set[type[WorkflowError]]:
    return {kind, *(further for child in kind.__subclasses__() for further in all_kinds(child))}


def test_every_refusal_has_a_status_of_its_own() -> None:
    """What is missing here would answer 500, as if the product were broken."""
    of_the_start = {WorkflowError, DefinitionError, SettingsError}
    without = {
        kind.__name__
        for kind in all_kinds(WorkflowError) - of_the_start
        if kind.__module__.startswith("workflow")
        # Said on a terminal, never to a browser.
        and not kind.__module__.startswith(("workflow.launcher", "workflow.cli", "workflow.backup"))
        and not any(parent in STATUS for parent in kind.__mro__)
    }
    assert without == set()


def test_a_kind_below_takes_the_status_of_the_kind_above() -> None:
    class Moved(Conflict):
        pass

    assert status_of(Moved(Text("已移动", "moved"))) == 409
    assert status_of(NotFound("case", 7)) == 404
    assert status_of(DefinitionError(["line 3"])) == 500


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 418, 422, 429, 500, 502, 507])
def test_every_status_has_words_in_both_languages(status: int) -> None:
    words = words_for(status)
    assert all((words.title.zh, words.title.en, words.advice.zh, words.advice.en))
