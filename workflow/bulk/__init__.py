"""One action on many cases: each is taken as if it were alone, and one refusal undoes none of the others."""
