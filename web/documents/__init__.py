"""Papers of a case in the browser: the list, bringing one, fetching one."""
