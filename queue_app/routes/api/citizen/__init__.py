"""What anybody's program does: offices and their places, a number and its moves, and what follows the visit."""
