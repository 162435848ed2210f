"""Making a paper of a case in the browser: what it still asks, how it reads, the file, keeping it on the case."""
