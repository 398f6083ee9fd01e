"""How long somebody will wait: learned serve times, a rollout of the real line, a learned correction, and scores.

``times`` learns how long services take; ``order`` foretells who is called when; ``rollout`` plays the rest of the line
many times over; ``correction`` learns from past forecasts what the rollout misses; ``scores`` says how good it all was.
``replay`` and ``baselines`` try it on past records. Durations are seconds. numpy and scipy are loaded at the first
forecast, not with the server.
"""
