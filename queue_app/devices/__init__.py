"""The displays of an office: what each shows, how a screen is paired with one, and when it was last heard."""
