"""Rosters of enterprises (摸排表): Excel in, enterprises and cases out, and an error file for what has to be mended.

Reading (`reading` and below) knows no database; `importing` is the only way into it. The web and the command line
call `import_roster` and add nothing to it.
"""

from workflow.roster.error_file import write_error_file
from workflow.roster.importing import import_roster
from workflow.roster.reading import read_roster
from workflow.roster.report import ImportReport
from workflow.roster.summary import summarise
from workflow.roster.template import write_template

__all__ = ["ImportReport", "import_roster", "read_roster", "summarise", "write_error_file", "write_template"]
