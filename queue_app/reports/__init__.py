"""Monthly reports, made beside the server's work: asked for, claimed, made in a process of their own, kept as files."""
