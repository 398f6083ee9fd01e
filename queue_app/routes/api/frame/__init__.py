"""What every operation of the API stands in: how it is declared, checked, answered and described."""
