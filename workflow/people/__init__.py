"""People come and go: substitutes, leave, leaving for good, and signing for what was handed over."""
