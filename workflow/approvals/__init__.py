"""Decisions several people share: who is asked, what each answered, and when that is enough."""
