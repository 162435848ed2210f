"""Publishing a new version of a process, moving cases to it, and going back.

It exports nothing itself: import from its modules (`publish`, `preview`, `moving`, `rollback`, `move_run`, `listing`).
"""
