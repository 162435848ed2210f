"""Composition root of the web: settings -> runtime -> application; nothing else."""

from __future__ import annotations

import sys

from web.app import create_app
from workflow.errors import SettingsError
from workflow.logs import log_to_stderr
from workflow.production import refuse_demo_accounts
from workflow.runtime import Runtime
from workflow.settings import load_settings

# gunicorn gives up at this code of a worker; at any other it would start the worker again for ever.
WILL_NOT_START = 3

try:
    settings = load_settings()
    runtime = Runtime.from_settings(settings)
    refuse_demo_accounts(settings, runtime.db)
    log_to_stderr(settings)
except SettingsError as error:
    print(error.text.zh, error.text.en, sep="\n", file=sys.stderr, flush=True)
    sys.exit(WILL_NOT_START)
app = create_app(runtime, settings)
