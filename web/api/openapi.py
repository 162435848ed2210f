"""Finishes the description of the API: one shape for every refusal, one way to sign in, plain names.

APIFlask draws the paths and bodies from the views; what is the same everywhere is added here once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from apiflask import APIFlask
from flask import current_app, request
from flask.sansio.app import App

from web.context import RUNTIME
from web.problem import CHALLENGE, TYPE
from workflow.definition.versions import Versions
from workflow.runtime import Runtime

DRAWN_FOR = "zujian.api.described_versions"
ABOUT = """\
Drive a case from a surveyed enterprise to "branch established". `GET /definition` says what the process is; `GET
/cases/{id}` says what you can do now, why not where you cannot, and gives for each action the JSON Schema of its `data`
with an example. Send that to `POST /cases/{id}/actions/{action}`.

Every refusal is a problem (RFC 9457) whose `detail` is Chinese, or English where `Accept-Language` asks for it;
labels come in both languages. What you may not see answers 404, as what is not there. Unknown members and parameters
are refused.
"""
TAGS = {
    "tokens": "Signing in",
    "me": "Who I am, what waits for me, what I was told",
    "enterprises": "The surveyed enterprises",
    "cases": "Cases, their history and papers, and the one way they move",
    "sessions": "Sessions of a committee, which decide on many cases at once",
    "members": "Persons on their way into the Party, members, membership transfer, training",
    "people": "Substitutes, leave, leaving, and handing cases over",
    "reports": "Reports in figures, each with its list, and reports as they were issued",
    "registers": "The registers behind the reports",
    "process": "The process itself and how far its cases are",
    "operating": "For the operator: what became of each message, and what needs a hand",
}
PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": f'`{TYPE}...` for a refusal of our own, else "about:blank".'},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "current": {
            "type": "object",
            "description": "409: what the case is now, where one was changed meanwhile.",
            "properties": {
                "state": {"type": "string"},
                "version": {"type": "integer"},
                "since": {"type": "string", "format": "date-time"},
            },
        },
        "action": {"type": "string"},
        "state": {"type": "string"},
        "problems": {
            "type": "array",
            "description": "422: every condition that is not met.",
            "items": {"$ref": "#/components/schemas/Condition"},
        },
        "cases": {
            "type": "object",
            "description": "422: each case that stands in the way of many, by its number.",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "message": {"$ref": "#/components/schemas/Words"},
                    "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Condition"}},
                },
            },
        },
        "fields": {
            "type": "object",
            "description": "422: each field that cannot be taken, by its path (`data` and `candidates.0.name`).",
            "additionalProperties": {"$ref": "#/components/schemas/Words"},
        },
    },
}
RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
WHO_ASKS = {"WWW-Authenticate": {"schema": {"type": "string", "const": CHALLENGE}}}
REFUSALS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "400": ("Malformed", "The request cannot be read, for example because it is not JSON.", {}),
    "401": ("NotSignedIn", "No valid token; or, when asking for one, a wrong name or password.", WHO_ASKS),
    "403": ("NotPermitted", "You may see it, but your role does not do this.", {}),
    "404": ("NotFound", "There is no such thing, or you may not know of it.", {}),
    "409": ("Conflict", "Somebody was there first; `current` says what it is now.", {}),
    "413": ("TooLarge", "The body is larger than is taken.", {}),
    "415": ("WrongMediaType", "The body is of another type than is described.", {}),
    "422": (
        "Refused",
        "The rules do not allow it now (`problems`), what was entered cannot be taken (`fields`), or the idempotency "
        "key was used for another request.",
        {},
    ),
    "429": ("TooManyAttempts", "Guessing has to wait.", RETRY_AFTER),
}
WITH_BODY = ("400", "413", "415", "422")


def describe(app: App) -> None:
    """Sets what the generator writes for this application and finishes its result."""
    app.config.update(
        TAGS=[{"name": name, "description": words} for name, words in TAGS.items()],
        DESCRIPTION=ABOUT,
        # Never the host of whoever happened to ask first.
        SERVERS=[{"url": "/"}],
        SECURITY_SCHEMES={"bearer": {"type": "http", "scheme": "bearer"}},
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
    )
    if isinstance(app, APIFlask):
        app.spec_processor(lambda spec: finish(spec, _public_operations(app), _processes(app)))
        app.before_request(_forget_older_codes)


def _forget_older_codes() -> None:
    """The description is drawn once and kept; the codes in it are no longer all where a version was published since."""
    if request.endpoint != "openapi.spec":
        return
    drawn_for, now = current_app.extensions.get(DRAWN_FOR), _versions(current_app)
    if drawn_for is not now:
        current_app.extensions[DRAWN_FOR] = now
        cast(Any, current_app)._spec = None  # the generator offers no other way to have it drawn anew


def _versions(app: App) -> Versions:
    return next(iter(_processes(app)))


def _processes(app: App) -> list[Versions]:
    """The founding of branches first."""
    runtime: Runtime = app.extensions[RUNTIME]
    with runtime.db.reading() as session:
        return list(runtime.processes(session).values())


def finish(spec: Any, public: frozenset[str], processes: Sequence[Versions]) -> Any:
    """Answers the description with its security, refusals, names and the codes of the process in place."""
    spec = _with_plain_names(spec)
    components = spec["components"]
    components["schemas"]["Refusal"] = PROBLEM
    components["schemas"].pop("HTTPError", None)
    components["responses"] = {name: _refusal(words, headers) for name, words, headers in REFUSALS.values()}
    spec["security"] = [{"bearer": []}]
    for operation in _operations(spec):
        if operation["operationId"] in public:
            operation["security"] = []
        _complete(operation)
        _name_codes(operation, processes)
    return spec


def _public_operations(app: App) -> frozenset[str]:
    specs = [getattr(view, "_spec", {}) for view in app.view_functions.values() if getattr(view, "is_public", False)]
    return frozenset(spec["operation_id"] for spec in specs if "operation_id" in spec)


def _operations(spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path in spec["paths"].values():
        yield from (operation for operation in path.values() if "operationId" in operation)


def _complete(operation: dict[str, Any]) -> None:
    """A refusal that every such operation can answer is written down without being named at the view."""
    statuses = {status for status in operation["responses"] if status in REFUSALS}
    parameters = operation.get("parameters", [])
    operation["parameters"] = [_present_or_not(parameter) for parameter in parameters]
    places = {parameter["in"] for parameter in parameters}
    if "security" not in operation:
        statuses.add("401")
    if "path" in places:
        statuses.add("404")
    if places & {"query", "header"}:
        statuses.add("422")
    if body := operation.get("requestBody"):
        body["required"] = True
        statuses.update(WITH_BODY)
    for status in sorted(statuses):
        operation["responses"][status] = {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}


def _present_or_not(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter is there or it is not: an address has no spelling for null. Its words stand beside its schema."""
    schema = dict(parameter["schema"])
    for choice in schema.pop("anyOf", ()):
        schema |= {} if choice == {"type": "null"} else choice
    if schema.get("default") is None:
        schema.pop("default", None)
    about = {"description": schema.pop("description")} if "description" in schema else {}
    return {**parameter, **about, "schema": schema}


def _name_codes(operation: Mapping[str, Any], processes: Sequence[Versions]) -> None:
    """What a code of the process can be, so that a client sees it without trying. Lists are those of foundings."""
    versions, definitions = processes[0], [d for process in processes for d in process.newest_first]
    codes = {
        **{name: ["", *versions.stages] for name in ("stage", "entered", "left")},
        "state": ["", *versions.states],
        "action": list(dict.fromkeys(action for d in definitions for action in d.transitions)),
    }
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in codes:
            parameter["schema"] |= {"enum": codes[parameter["name"]]}


def _refusal(words: str, headers: Mapping[str, Any]) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {"description": words, "content": content, **({"headers": headers} if headers else {})}


SCHEMAS = "#/components/schemas/"


def _with_plain_names(spec: Any) -> Any:
    """The generator names a shape inside another "Outer.Inner", once for each outer one; here each has one name."""
    schemas = spec["components"].get("schemas", {})
    spec["components"]["schemas"] = {_plain(name): schema for name, schema in schemas.items()}
    return _renamed(spec)


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    renamed = {key: _renamed(item) for key, item in value.items()}
    if isinstance(reference := value.get("$ref"), str):
        renamed["$ref"] = SCHEMAS + _plain(reference.removeprefix(SCHEMAS))
    return renamed


def _plain(name: str) -> str:
    return name.rpartition(".")[2].removesuffix("Shape")
