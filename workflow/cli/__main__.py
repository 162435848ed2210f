from __future__ import annotations

from workflow.cli.main import main

main()
