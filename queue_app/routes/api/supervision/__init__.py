"""What a supervisor's program sees of the running office and does about it, and how the office improves."""
