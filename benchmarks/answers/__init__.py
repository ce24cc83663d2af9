"""The parts of `benchmarks/abstention.py`."""
