"""The demonstration model's data: real, fully synthetic and tampered pictures made from a folder of photographs.

Everything is drawn from `numpy.random.Generator`s that are seeded by (seed, split, number), so any single picture can be made again.
"""
