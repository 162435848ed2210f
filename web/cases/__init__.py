"""The page of one case and the forms of its actions: what the engine answers is shown, no rule is kept here."""
