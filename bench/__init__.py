"""Speed and memory of the toolkit, as ratios to a floor measured in the same run.

    python -m bench [--quick] [--json] [--repeat N] [PART...]

The floor is the least that any reader written in Python does: cut the buffer in records and slice every
field of each record's layout. A ratio above 1 is faster than the floor.
"""
