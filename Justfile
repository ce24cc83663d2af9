# The few commands of this project.

default:
    @just --list

# Everything that CI checks, in this environment.
check: lint test

lint:
    ruff check .
    ruff format --check .
    mypy
    lint-imports

test:
    pytest

# Without what takes long.
test-quick:
    pytest -m "not long"

# Reference pages from the code.
docs:
    python tools/reference.py

# Ratios against the bare model and engine; see benchmarks/README.md.
bench DATA:
    python benchmarks/run.py {{DATA}}
