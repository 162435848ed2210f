"""The district's ledger of its campaign (创先争优台账): nine sheets in, registers out.

Reading (`sheets`, `reading`) knows no database; `importing` is the only way into it.
"""

from workflow.campaign.importing import import_ledger
from workflow.campaign.outcome import LedgerOutcome, summarise
from workflow.campaign.returned import write_returned

__all__ = ["LedgerOutcome", "import_ledger", "summarise", "write_returned"]
