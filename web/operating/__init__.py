"""How the product runs, for its operator: incidents, clocks, queues, the ledger of deliveries."""

# Each hangs its views on the blueprint.
from web.operating import deliveries, incidents, show  # noqa: F401
from web.operating.blueprint import bp

__all__ = ["bp"]
