"""All gestures; importing this module registers them, in the order in which people see them."""

from workflow.gestures import asking, courtesy, holding, signers, signing, taking_back
from workflow.gestures.gesture import GESTURES

__all__ = ["GESTURES", "asking", "courtesy", "holding", "signers", "signing", "taking_back"]
