"""The registers of the district: what can be entered, corrected by a further record, and looked at.

Nothing in a register is ever changed: a correction is a new line that names the one it replaces, with the reason.
"""

from workflow.registers.catalogue import REGISTERS, RegisterKind, register_of
from workflow.registers.lines import RegisterLine, line_history, list_lines
from workflow.registers.recording import record_line, withdraw_line

__all__ = [
    "REGISTERS",
    "RegisterKind",
    "RegisterLine",
    "line_history",
    "list_lines",
    "record_line",
    "register_of",
    "withdraw_line",
]
