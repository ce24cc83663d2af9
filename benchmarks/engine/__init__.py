"""The parts of `benchmarks/run.py`: one module for each thing that is measured."""
