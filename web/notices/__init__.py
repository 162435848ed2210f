"""The notices of the signed-in person."""
