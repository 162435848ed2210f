"""Official papers: the catalogue of the 22 kinds, their wording from a case, their format, and a case as a folder."""
