"""What programs of officers and of the reception do."""
