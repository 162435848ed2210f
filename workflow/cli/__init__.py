"""The console command `zujian`: parses, calls one function of the engine, prints.

Exit codes: 0 done, 1 refused or damage found, 2 wrong call.
"""

from workflow.cli.main import main

__all__ = ["main"]
