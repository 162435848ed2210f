"""Why a delivery did not succeed, in words that hold no personal data."""

from __future__ import annotations

from workflow.incidents import Kind


class DeliveryFailed(Exception):
    """`reason` goes into the outbox row; `is_final` where trying again cannot help; `kind` is that of the incident it
    becomes when it is given up.

    Servers quote addresses in their answers, so a reason is a code or a class name, never a quotation.
    """

    def __init__(self, reason: str, *, is_final: bool = False, kind: Kind = Kind.DELIVERY_FAILED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.kind = kind
