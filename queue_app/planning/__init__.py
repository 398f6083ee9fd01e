"""Planning: how many counters by hour, and what if. The office's past and settings become the simulator's inputs.

``inputs`` reads them, ``staffed`` says when counters usually are open, ``wishes`` checks what is asked for, ``jobs``
queues it, ``queue_app.planning_program`` computes it in a process of its own, ``answers`` says what came out as plain
values.
"""
