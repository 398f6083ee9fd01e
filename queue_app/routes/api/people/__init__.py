"""The people of an office and programs' tokens, for an administrator's program."""
