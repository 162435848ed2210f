"""Who is asking, and what that person may open."""
