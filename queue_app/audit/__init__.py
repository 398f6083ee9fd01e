"""That nobody changed the logs afterwards: digests that hang together, their check, anchors to keep elsewhere, and
the history of the settings."""
