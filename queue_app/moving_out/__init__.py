"""Moving out: everything that an office owns as one ZIP that other programs can read, with a digest of each file."""
