"""Runs a command and says, as JSON, what it took: wall seconds, processor seconds, peak memory.

    python benchmarks/engine/launch.py COMMAND...

It is a process of its own because the system charges a new process with the memory of the one
that started it: this one is smaller than any command it is used for.
"""

import json
import os
import subprocess
import sys
import time


def main(command: list[str]) -> int:
    """Return the command's exit code; its output goes nowhere."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    figures = {
        "wall_s": wall,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss * unit / 1e6,
    }
    sys.stdout.write(json.dumps(figures))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
