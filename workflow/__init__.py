"""The engine and its domain: usable from a shell with no server running.

Nothing in here may import flask, celery or redis. The pure half (definition, machine, guards, rules,
clock, text, errors) does not import sqlalchemy either; a test holds both lines.
"""
