"""Telling people what the outbox holds. Each channel tells one row once and records it; it decides nothing else."""

from workflow.delivery.courier import Courier, courier_from
from workflow.delivery.failure import DeliveryFailed

__all__ = ["Courier", "DeliveryFailed", "courier_from"]
