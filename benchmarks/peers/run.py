"""Side by side: Tercet and its peers on one BEIR folder, on one machine, in one run.

    python benchmarks/peers/run.py --data PATH/scifact

Each contestant runs alone, in a process and an environment of its own, one after another.
The table goes to stdout, progress to stderr, every figure to a JSON file.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from environments import SetupError, minilm, peer_python, say
from report import machine, medians, ratios, table

HERE = Path(__file__).resolve().parent
PEERS = ("langchain", "txtai")
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "RAYON_NUM_THREADS",
)


@dataclass(frozen=True, slots=True)
class Runner:
    """One contestant and the interpreter that has it."""

    name: str
    python: Path

    @property
    def script(self) -> Path:
        """The contestant's module."""
        return HERE / f"{self.name}_peer.py"


def main() -> int:
    """Return 0 when every run succeeded, 1 when one failed, 2 when nothing could start."""
    args = _arguments()
    try:
        runners, model = _prepare(args)
    except SetupError as error:
        say(f"error: {error}")
        return 2
    _use_cores(args.threads)
    host = machine()
    runs, failed = _run_all(args, runners, model)
    _publish(args, host, runs, failed)
    return 1 if failed else 0


def _prepare(args: argparse.Namespace) -> tuple[list[Runner], Path]:
    """Check everything that can be missing before the first contestant spends minutes."""
    if not (args.data / "corpus.jsonl").is_file():
        raise SetupError(f"{args.data} is no BEIR folder: it has no corpus.jsonl")
    args.work.mkdir(parents=True, exist_ok=True)
    tercet = [] if args.without_tercet else [Runner("tercet", _tercet_python(args))]
    peers = [Runner(name, peer_python(HERE / f"{name}.txt", args.work)) for name in args.peers]
    if not (tercet or peers):
        raise SetupError("nothing to run: --without-tercet and no --peers")
    model = minilm(peers[0].python, args.work) if peers else args.work / "minilm" / "model"
    return tercet + peers, model


def _tercet_python(args: argparse.Namespace) -> Path:
    python: Path = args.tercet_python
    # Where the contestants run: elsewhere the current folder might be what has tercet.
    command = [str(python), "-c", "import tercet"]
    try:
        done = subprocess.run(command, cwd=args.work, capture_output=True, check=False)
    except OSError as error:
        raise SetupError(f"{python} does not start: {error.strerror}") from error
    if done.returncode:
        raise SetupError(
            f"{python} cannot import tercet. Install it there, name an interpreter that has it "
            "with --tercet-python, or leave it out with --without-tercet."
        )
    return python


def _use_cores(threads: int) -> None:
    """Hold every contestant to the same cores, whatever its libraries think of variables."""
    cores = sorted(os.sched_getaffinity(0))[:threads]
    os.sched_setaffinity(0, cores)


def _run_all(
    args: argparse.Namespace, runners: list[Runner], model: Path
) -> tuple[list[dict[str, Any]], list[str]]:
    runs, failed = [], []
    for number, runner in _schedule(runners, args.repeat, args.order):
        say(f"run {number + 1} of {args.repeat}: {runner.name}")
        figures = _run_one(args, runner, model)
        if figures is None:
            failed.append(runner.name)
        else:
            runs.append(figures)
    return runs, failed


def _schedule(runners: list[Runner], repeat: int, order: str) -> Iterator[tuple[int, Runner]]:
    """Yield each run. Alternating turns the order round in every second pass.

    A machine that slows down as it warms then hurts the first and the last alike.
    """
    for number in range(repeat):
        turned = order == "alternate" and number % 2 == 1
        for runner in reversed(runners) if turned else runners:
            yield number, runner


def _run_one(args: argparse.Namespace, runner: Runner, model: Path) -> dict[str, Any] | None:
    """Return the figures, or None where the contestant failed; its output goes to a log."""
    out, log = args.work / f"{runner.name}.json", args.work / f"{runner.name}.log"
    out.unlink(missing_ok=True)
    with log.open("w", encoding="utf-8") as stream:
        subprocess.run(
            _command(args, runner, model, out),
            cwd=args.work,  # no .env of the project's lies there
            env=_environment(args, runner),
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if out.is_file():
        figures: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return figures
    tail = "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:])
    say(f"{runner.name} failed; the end of {log}:\n{tail}")
    return None


def _command(args: argparse.Namespace, runner: Runner, model: Path, out: Path) -> list[str]:
    command = [str(runner.python), str(runner.script), "--data", str(args.data)]
    command += ["--model", str(model), "--out", str(out)]
    command += ["--scratch", str(args.work / "scratch" / runner.name)]
    for option in ("documents", "queries"):
        if (value := getattr(args, option)) is not None:
            command += [f"--{option}", str(value)]
    return command


def _environment(args: argparse.Namespace, runner: Runner) -> dict[str, str]:
    variables = {
        # Tercet runs at its defaults too: no settings of the user's.
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("TERCET_", "QDRANT_"))
    }
    if runner.name != "tercet":
        variables.pop("PYTHONPATH", None)  # it could shadow the peer's own packages
    variables.update(dict.fromkeys(THREAD_VARIABLES, str(args.threads)))
    if args.omp_wait == "passive":
        # PyTorch and Faiss bring an OpenMP each, whose idle threads spin on cores that the other
        # one, or another program, needs: on a busy machine txtai's queries took 20 times longer.
        variables["OMP_WAIT_POLICY"] = "PASSIVE"
    variables.update(HF_HUB_OFFLINE="1", HF_HOME=str(args.work / "hub"), LANGSMITH_TRACING="false")
    return variables


def _publish(
    args: argparse.Namespace,
    host: dict[str, Any],
    runs: list[dict[str, Any]],
    failed: list[str],
) -> None:
    results = medians(runs)
    speedups = ratios(results)
    content = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": host,
        "settings": {key: _plain(value) for key, value in vars(args).items()},
        "results": results,
        "tercet_times_faster": speedups,
        "runs": runs,
        "failed": failed,
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(table(results, speedups))
    say(f"every figure: {args.out}")


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Path) else value


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, required=True, help="a BEIR folder, such as scifact")
    add("--work", type=Path, default=Path(".bench"), help="environments and model are kept here")
    add("--out", type=Path, help="the JSON result (default: WORK/peers.json)")
    add("--documents", type=_count, help="shorten: nDCG then means nothing")
    add("--queries", type=_count, help="shorten")
    add("--peers", type=_peers, default=list(PEERS), help="comma-separated (default: all)")
    add("--without-tercet", action="store_true", help="run the peers alone")
    add("--tercet-python", type=Path, default=Path(sys.executable), help="one that has tercet")
    add("--repeat", type=_count, default=1, help="runs of each; the table shows medians")
    add("--order", choices=("alternate", "fixed"), default="alternate", help="of repeated runs")
    add("--omp-wait", choices=("passive", "default"), default="passive", help="of OpenMP threads")
    cores = len(os.sched_getaffinity(0))
    add("--threads", type=_count, default=cores, help="for each contestant (default: all cores)")
    args = parser.parse_args()
    args.data, args.work = args.data.resolve(), args.work.resolve()
    # Not resolved: an environment's interpreter is a link, and following it leaves that.
    args.tercet_python = args.tercet_python.absolute()
    args.out = args.out or args.work / "peers.json"
    return args


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _peers(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    unknown = sorted(set(names) - set(PEERS))
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {PEERS}")
    return names


if __name__ == "__main__":
    sys.exit(main())
