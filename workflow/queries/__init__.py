"""The read side: what each desk shows. Nothing here changes anything."""
