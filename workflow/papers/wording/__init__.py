"""What each paper says, a function for each kind that is made from the case."""
