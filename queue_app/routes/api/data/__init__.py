"""What comes in from other programs and leaves for them: past records, the log, webhooks, what is kept of people."""
