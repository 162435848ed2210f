"""Papers of a case: which files are taken, where their bytes lie."""
