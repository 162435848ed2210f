"""People: my substitutes and leave, what I sign for, and for managers the people of their area."""
