"""Run the command line in this process, as a shell would see it."""

from __future__ import annotations

import contextlib
import io
import os
from typing import NamedTuple
from unittest import mock

from tercet.cli.app import run


class Result(NamedTuple):
    """Exit code and what was printed."""

    code: int
    stdout: str
    stderr: str


def tercet(*arguments: str, env: dict[str, str] | None = None) -> Result:
    """`tercet ARGUMENTS` with the variables `env` set."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, env or {}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(arguments)
    return Result(code, out.getvalue(), err.getvalue())
