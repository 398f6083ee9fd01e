"""The first office of an installation: who may set it up, what was said so far, and how it is made in one go."""
