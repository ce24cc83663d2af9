from __future__ import annotations

import time

import pytest

from tercet.chunking import TokenChunker
from tercet.loaders import load
from tercet.types import Document
from tests.loaders.conftest import Write

PYTHON = '''"""Module."""
import os

# About greet.
# More.
def greet(name):
    def inner():
        return 1
    return f"def fake(): {name}"


@decorated
@parametrize(
    "x", [1, 2],
)
class Greeter(Base):
    """class Fake."""

    # Says hello.
    @property
    def hello(self):
        return 1

    async def __aenter__(self): ...
'''


def found(document: Document) -> list[tuple[int, str, str]]:
    """Level, name and first line of every heading."""
    return [(h.level, h.text, document.text[h.start :].split("\n")[0]) for h in document.headings]


def test_python(write: Write) -> None:
    document = load(write("greet.py", PYTHON))
    assert document.text == PYTHON
    assert document.title == "greet.py"
    assert document.metadata["programming_language"] == "Python"
    assert found(document) == [
        (1, "greet", "# About greet."),
        (1, "Greeter", "@decorated"),
        (2, "hello", "    # Says hello."),
        (2, "__aenter__", "    async def __aenter__(self): ..."),
    ]


OTHERS = {
    "a.js": (
        "// Adds.\nexport function add(a) { return a; }\n"
        "export default class Stack extends Base {\n  push(x) { this.x.push(x); }\n"
        "  if (x) { }\n}\nconst mul = (a, b) => a * b;\n"
        'const f = function (x) {};\nvar s = "\\\nfunction no() {}";\n',
        [
            (1, "add", "// Adds."),
            (1, "Stack", "export default class Stack extends Base {"),
            (2, "push", "  push(x) { this.x.push(x); }"),
            (1, "mul", "const mul = (a, b) => a * b;"),
            (1, "f", "const f = function (x) {};"),
        ],
    ),
    "a.ts": (
        "export interface Shape { area(): number }\nexport abstract class A<T> implements B {\n"
        "  private async get(x: T): Promise<T> {\n  }\n}\nenum Color { Red }\n"
        "async function* gen<T>(x: T) {}\n",
        [
            (1, "Shape", "export interface Shape { area(): number }"),
            (1, "A", "export abstract class A<T> implements B {"),
            (2, "get", "  private async get(x: T): Promise<T> {"),
            (1, "Color", "enum Color { Red }"),
            (1, "gen", "async function* gen<T>(x: T) {}"),
        ],
    ),
    "a.c": (
        "#include <stdio.h>\nstruct point { int x; };\nstruct point *origin;\n\n"
        "/* Adds\n   two. */\nstatic int add(int a)\n{\n    struct point p;\n"
        "    return puts(a);\n}\n",
        [(1, "point", "struct point { int x; };"), (1, "add", "/* Adds")],
    ),
    "a.cpp": (
        "namespace geo {\ntemplate <class T>\nclass Box : public Base {\n"
        "    int area() const { return x; }\n};\nenum class Color { Red };\n"
        "int Box::volume(int a) { return 1; }\n}\n",
        [
            (1, "geo", "namespace geo {"),
            (1, "Box", "template <class T>"),
            (2, "area", "    int area() const { return x; }"),
            (1, "Color", "enum class Color { Red };"),
            (1, "Box::volume", "int Box::volume(int a) { return 1; }"),
        ],
    ),
    "a.go": (
        "package main\n\n// Point is one.\ntype Point struct { X int }\n\n"
        "// Len is long.\nfunc (p *Point) Len() int { return 1 }\n\nfunc main() {}\n",
        [
            (1, "Point", "// Point is one."),
            (1, "Len", "// Len is long."),
            (1, "main", "func main() {}"),
        ],
    ),
    "a.rs": (
        "/// A thing.\n#[derive(Debug)]\npub struct Thing<T> { x: T }\n\nimpl<T> Thing<T> {\n"
        "    /// New.\n    pub fn new(x: T) -> Self { Self { x } }\n}\nfn main() {}\n",
        [
            (1, "Thing", "/// A thing."),
            (1, "Thing", "impl<T> Thing<T> {"),
            (2, "new", "    /// New."),
            (1, "main", "fn main() {}"),
        ],
    ),
    "a.java": (
        "package a.b;\n/** Doc. */\npublic class Hello<T> extends Base {\n    /** Runs. */\n"
        "    @Override\n    public void main(String[] args) {\n"
        "        System.out.println(Foo.class);\n        if (x) { bar(); }\n    }\n}\n",
        [(1, "Hello", "/** Doc. */"), (2, "main", "    /** Runs. */")],
    ),
    "a.cs": (
        "namespace App\n{\n    public class Program : Base\n    {\n        [Obsolete]\n"
        "        public static async Task<int> Main(string[] args)\n        {\n"
        "            return Foo(1);\n        }\n    }\n}\n",
        [
            (1, "App", "namespace App"),
            (2, "Program", "    public class Program : Base"),
            (3, "Main", "        public static async Task<int> Main(string[] args)"),
        ],
    ),
    "a.rb": (
        "module Foo\n  # A.\n  class Bar < Baz\n    def self.run!(x)\n    end\n  end\nend\n",
        [(1, "Foo", "module Foo"), (2, "Bar", "  # A."), (3, "self.run!", "    def self.run!(x)")],
    ),
    "a.sh": (
        "#!/bin/bash\ngreet() {\n  echo hi\n}\nfunction bye {\n  echo bye\n}\n",
        [(1, "greet", "greet() {"), (1, "bye", "function bye {")],
    ),
    "a.R": ("# Squares.\nsquare <- function(x) {\n  x^2\n}\n", [(1, "square", "# Squares.")]),
    "a.lua": (
        "function M.go(x) return x end\nlocal function h() end\n",
        [(1, "M.go", "function M.go(x) return x end"), (1, "h", "local function h() end")],
    ),
    "a.sql": (
        "-- People.\nCREATE TABLE users (id INT);\nselect create_time from users;\n",
        [(1, "users", "-- People.")],
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_languages(write: Write, name: str) -> None:
    content, expected = OTHERS[name]
    document = load(write(name, content))
    assert document.text == content
    assert found(document) == expected


@pytest.mark.parametrize(
    ("name", "language"),
    [("a.h", "C"), ("a.r", "R"), ("a.sql", "SQL"), ("a.hs", "Haskell"), ("a.kt", "Kotlin")],
)
def test_the_language_is_named(write: Write, name: str, language: str) -> None:
    assert load(write(name, "x\n")).metadata["programming_language"] == language


def test_code_is_cut_between_functions(write: Write) -> None:
    body = "".join(f"    value_{n} = {n}\n" for n in range(8))
    content = "".join(f"# About f{n}.\ndef f{n}():\n{body}\n" for n in range(4))
    document = load(write("a.py", content))
    spans = [(at, at + 1) for at, letter in enumerate(content) if letter.isalpha()]
    chunks = TokenChunker(95, 0, spans=lambda text: spans[: sum(map(str.isalpha, text))])(document)
    assert [chunk.headings for chunk in chunks] == [("f0",), ("f1",), ("f2",), ("f3",)]
    assert all(chunk.text.startswith("# About") for chunk in chunks)


@pytest.mark.parametrize("content", ["def f(): pass\n" + "x" * 6000, "def f(): pass\n" * 80_000])
def test_machine_made_code_has_no_headings(write: Write, content: str) -> None:
    document = load(write("a.py", content))
    assert document.text == content
    assert document.headings == ()


@pytest.mark.parametrize("line", ["@a\n", "# c\n", ")\n", "(", "/*", '"""', "function ", "  x(\n"])
@pytest.mark.parametrize("suffix", [".py", ".js", ".c", ".sh"])
def test_odd_code_is_read_in_time(write: Write, line: str, suffix: str) -> None:
    content = line * (20_000 if line.endswith("\n") else 1000)
    begun = time.perf_counter()
    assert load(write(f"a{suffix}", content)).text == content
    assert time.perf_counter() - begun < 20  # under 1 s
