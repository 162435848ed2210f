"""Persons: registering them, where their membership is, their training, and what is counted of them.

It exports nothing itself: import from its modules.
"""
