"""One tree of everything the engine refuses. Attributes carry the facts; `web/errors.py` maps them to answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workflow.text import Text

if TYPE_CHECKING:
    from workflow.guards.problem import Problem


class WorkflowError(Exception):
    """Root of the tree; `text` is the sentence a person reads."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class DefinitionError(WorkflowError):
    """A process definition that is not sound; `faults` names each with its line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(
            Text("流程定义有误：" + "；".join(faults), "The definition is not sound: " + "; ".join(faults))
        )
        self.faults = tuple(faults)


class SettingsError(WorkflowError):
    """Settings that are missing or unsafe; the start stops."""


class NotFound(WorkflowError):
    """There is no such thing, or the person may not know of it: the same answer on purpose."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(Text(f"没有找到：{kind} {key}", f"Not found: {kind} {key}"))
        self.kind = kind
        self.key = key


class NotPermitted(WorkflowError):
    """The person may see the thing but holds no role for this action."""

    def __init__(self, action: str, text: Text) -> None:
        super().__init__(text)
        self.action = action


class TransitionRefused(WorkflowError):
    """The rules do not allow the action now; `problems` lists every condition that is not met."""

    def __init__(self, action: str, state: str, problems: Sequence[Problem]) -> None:
        super().__init__(Text("；".join(p.text.zh for p in problems), "; ".join(p.text.en for p in problems)))
        self.action = action
        self.state = state
        self.problems = tuple(problems)


class Conflict(WorkflowError):
    """Somebody changed it meanwhile; `current` says what it is now."""

    def __init__(self, text: Text, current: Mapping[str, object] | None = None) -> None:
        super().__init__(text)
        self.current = dict(current or {})


class StateInUse(Conflict):
    """A new version of a process drops states that open cases stand in; `cases` has their numbers by state."""

    def __init__(self, text: Text, cases: Mapping[str, Sequence[int]]) -> None:
        super().__init__(text)
        self.cases = {state: tuple(numbers) for state, numbers in cases.items()}


class InvalidInput(WorkflowError):
    """What was entered cannot be read; `fields` says for each field what to do."""

    def __init__(self, fields: Mapping[str, Text]) -> None:
        super().__init__(Text("；".join(t.zh for t in fields.values()), "; ".join(t.en for t in fields.values())))
        self.fields = dict(fields)


class KeyReused(WorkflowError):
    """The idempotency key was used before for a different request."""

    def __init__(self, key: str) -> None:
        super().__init__(
            Text(
                "这个幂等键已用于另一个请求，请换一个新的键",
                "This idempotency key was used for a different request; take a new key",
            )
        )
        self.key = key


class StoreFull(WorkflowError):
    """The bytes of a paper could not be written; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "文件没有保存：服务器的磁盘已满或不可写。请告诉管理员，腾出空间后再传一次",
                "The file was not kept: the server's disk is full or cannot be written. Tell an administrator, and "
                "send it again once there is room",
            )
        )


class SeveralRefused(WorkflowError):
    """Of many actions taken together some cannot be taken, so none was; `refusals` says why, by the case's number."""

    def __init__(self, refusals: Mapping[int, WorkflowError]) -> None:
        lines = [(case_id, refusal.text) for case_id, refusal in sorted(refusals.items())]
        super().__init__(
            Text(
                f"{len(lines)} 件不能办理，全部没有办理：" + "；".join(f"案件 {n}：{text.zh}" for n, text in lines),
                f"{len(lines)} cannot be taken, so none was: " + "; ".join(f"case {n}: {text.en}" for n, text in lines),
            )
        )
        self.refusals = dict(refusals)
