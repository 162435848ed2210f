"""The product looks at itself: what should agree in the database, and does not, becomes an incident."""

from workflow.reconciling.run import Report, reconcile

__all__ = ["Report", "reconcile"]
