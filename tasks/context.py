"""What the tasks of one process share, built once when first asked for."""

from __future__ import annotations

from functools import cache

from workflow.delivery import Courier, courier_from
from workflow.health import record_tick
from workflow.runtime import Runtime
from workflow.settings import Settings, load_settings


@cache
def settings() -> Settings:
    return load_settings()


@cache
def runtime() -> Runtime:
    return Runtime.from_settings(settings())


@cache
def courier() -> Courier:
    return courier_from(settings(), runtime().db, runtime().clock)


def tick(name: str) -> None:
    """Records that a periodic task ended well."""
    with runtime().db.unit_of_work() as session:
        record_tick(session, name, runtime().clock())
