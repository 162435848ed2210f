"""One case as a folder (案卷): its papers, its history, and a manifest that proves both without the database."""
