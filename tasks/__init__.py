"""Celery: hands, not memory. A task finds its service in `workflow` and calls it; it decides nothing.

Every task may run twice, and late; what it works on comes from the database, never from the message but for an id.
This package imports `workflow` and never `web`.
"""
