"""Speed, measured beside a floor in the same run. Not part of the tests: `make bench`."""
