"""The shape of the code: one-way imports, short files and functions, nothing printed."""

from __future__ import annotations

import ast
import configparser
import statistics
from collections.abc import Callable, Iterator

import pytest
from importlinter import cli as import_linter

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "tercet"
TEXTS = {
    path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(SOURCE.rglob("*.py"))
}
TREES = {name: ast.parse(text) for name, text in TEXTS.items()}
# Where errors of any kind end: the commands, and the process that reads files for another.
DOORS = ("cli/", "loaders/worker.py")
LIBRARY = {name: tree for name, tree in TREES.items() if not name.startswith(DOORS)}

MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 60
LINES_IN_THE_MIDDLE = 10

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{name}: {node.name}", node


def whole_lines(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or 0) - function.lineno + 1


def body_lines(function: Function) -> int:
    """Lines from the first to the last statement, the docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def catches_everything(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(catches_everything(element) for element in kind.elts)
    everything = ("Exception", "BaseException")
    return kind is None or (isinstance(kind, ast.Name) and kind.id in everything)


def swallowing_handlers(tree: ast.Module) -> list[int]:
    """Lines of handlers for every error that do not end by raising the same error again."""
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return [
        handler.lineno
        for handler in handlers
        if catches_everything(handler.type)
        and not (isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None)
    ]


def printing_calls(tree: ast.Module) -> list[int]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in ("print", "pprint")
    ]


def test_imports_go_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert import_linter.lint_imports(no_cache=True) == import_linter.EXIT_STATUS_SUCCESS


def test_every_module_has_its_place_on_the_road() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    layers = contracts["importlinter:contract:road"]["layers"].replace("|", " ").split()
    modules = {name.split("/")[0].removesuffix(".py") for name in TREES} - {"__init__"}
    assert {f"tercet.{module}" for module in modules} == set(layers)


def test_no_file_is_long() -> None:
    lines = {name: len(text.splitlines()) for name, text in TEXTS.items()}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_no_function_is_long() -> None:
    lines = [(name, whole_lines(function)) for name, function in functions()]
    assert [(name, n) for name, n in lines if n > MOST_LINES_OF_A_FUNCTION] == []


@pytest.mark.parametrize("count", [body_lines, whole_lines])
def test_the_function_in_the_middle_has_less_than_ten_lines(
    count: Callable[[Function], int],
) -> None:
    lines = [count(function) for _, function in functions()]
    assert statistics.median(lines) < LINES_IN_THE_MIDDLE


def test_the_library_prints_nothing() -> None:
    found = {name: printing_calls(tree) for name, tree in LIBRARY.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_library_swallows_no_unknown_error() -> None:
    found = {name: swallowing_handlers(tree) for name, tree in LIBRARY.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("handler", "lines"),
    [
        ("except: pass", [2]),
        ("except Exception: pass", [2]),
        ("except (OSError, BaseException) as error: raise ValueError from error", [2]),
        ("except BaseException: raise", []),
        ("except (OSError, ValueError): pass", []),
    ],
)
def test_the_check_sees_handlers_for_everything(handler: str, lines: list[int]) -> None:
    assert swallowing_handlers(ast.parse(f"try: pass\n{handler}")) == lines


def test_the_counts_are_those_of_a_reader() -> None:
    [function] = ast.parse('def f():\n    """What.\n\n    Why."""\n    x = 1\n    return x').body
    assert isinstance(function, ast.FunctionDef)
    assert (whole_lines(function), body_lines(function)) == (6, 2)
