"""When to come: when to leave home, how many people usually come and how long they usually wait by weekday and hour.

``days`` is the past as it is needed here; ``arrivals`` foretells how many come; ``waits`` says what a wait usually is
and which hours are really shorter; ``check`` holds what would have been foretold against what came; ``leaving`` is the
way there. numpy is loaded by whoever asks, not with the server.
"""
