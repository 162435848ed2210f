"""Moving cases to another version of their process."""

MIGRATE = "migrate"
