"""The wait forecast at work: the office's line read (``state``), what was learned (``learned``), the rollout kept for
an office's version (``engine``), what was told written down (``told``) and compared with what came (``accuracy``).
"""
