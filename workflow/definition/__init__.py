"""What a process is: data, proved sound before use. This package only reads and describes; it moves nothing.

It exports nothing itself: import from its modules (`model`, `library`, `check`, `schema`, `entry`).
"""
