"""What people do around an action: sign, hand over, ask, copy, nudge, take back. Each leaves an entry."""

from workflow.gestures.available import GestureView, gestures_of
from workflow.gestures.take import take_gesture

__all__ = ["GestureView", "gestures_of", "take_gesture"]
