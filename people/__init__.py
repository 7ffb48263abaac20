"""Who we are and what each of us may do."""
