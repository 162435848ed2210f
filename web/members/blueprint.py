"""The pages about persons hang on one blueprint, the pages about training on another."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("members", __name__)
training = Blueprint("training", __name__, url_prefix="/training")
# Who may open them; whose persons they see is the engine's to say.
READERS = ("instructor", "committee", "manager")
