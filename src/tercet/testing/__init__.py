"""For tests of Tercet and of what others plug into it: deterministic doubles, and suites that
every implementation of a port must pass."""
