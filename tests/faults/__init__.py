"""Faults at random points while clients act, and a check of what they were told against what is there afterwards."""
