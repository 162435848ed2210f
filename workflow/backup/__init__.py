"""Keeping the whole of the product's data in a folder, beside users who act, and bringing it back elsewhere."""

from workflow.backup.making import make_backup
from workflow.backup.manifest import Manifest
from workflow.backup.restoring import Restored, restore_backup

__all__ = ["Manifest", "Restored", "make_backup", "restore_backup"]
