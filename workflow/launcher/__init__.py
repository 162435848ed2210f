"""The one-command run: a private broker, web, worker and beat as children of one foreground process.

Nothing in here imports flask, celery or redis: the children are other programs, started by their command lines.
"""
