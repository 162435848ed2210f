"""Composition root of the web: settings -> runtime -> application; nothing else."""

from __future__ import annotations

from web.app import create_app
from workflow.production import refuse_demo_accounts
from workflow.runtime import Runtime
from workflow.settings import load_settings

settings = load_settings()
runtime = Runtime.from_settings(settings)
refuse_demo_accounts(settings, runtime.db)
app = create_app(runtime, settings)
