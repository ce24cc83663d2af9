"""How definitions look, in languages that have a keyword for them and in those that have none."""

from __future__ import annotations

import re

OWNERS = frozenset(
    (
        *("class", "defmodule", "enum", "extension", "impl", "interface", "mod", "module"),
        *("namespace", "object", "protocol", "record", "struct", "trait", "union"),
    )
)
"""Keywords of what holds definitions of its own."""
FUNCTIONS = frozenset(
    (
        *("def", "defmacro", "defp", "fn", "fun", "func", "function", "macro", "proc"),
        *("procedure", "sub", "subroutine"),
    )
)
"""Keywords of functions."""

_NAME = r"[^\W\d][\w$]*(?:(?:\.|::|:|#)[^\W\d][\w$]*)*[?!]?"
NAMED = re.compile(
    rf"\*?(?:\s+|(?=<))(?:\*[ \t]*)?(?:\([^()\n]*\)\s*)?(?:<[^<>\n]*>\s*)?"
    rf"(?:(?:class|struct)\s+)?({_NAME})"
)
"""What follows a keyword: a receiver or type parameters, then the name."""
ASSIGNED = re.compile(r"([^\W\d][\w.$]*)\s*(?:<-|=)\s*(?:async\s+)?$")
"""What stands before the keyword of a function without a name of its own."""
MODIFIERS = re.compile(r"[\w\s@\[\]().,:<>*&~$#\"'-]*")
"""What may stand before a definition on its line."""
USES = re.compile(r"\b(?:return|throw|new|else|await|typeof|case)\b|[<,(.:]\s*$|\benum\s*$")
"""What stands there when the name is used, not defined: also a type parameter or a member."""
BODY_AHEAD = re.compile(r"[^;{}()=]*\{")

BRACED = frozenset(("C", "C++", "CUDA", "Objective-C"))
"""Where `struct x` alone is a use; a definition has braces."""
LEXED = frozenset(("C", "C++", "CUDA", "D", "Dart", "Groovy", "Java", "Objective-C"))
"""Where functions have no keyword, but the lexer knows them by their form."""

_SCRIPT = re.compile(
    r"^(?:export\s+)?(?:const|let|var)\s+(?P<a>[\w$]+)\s*=\s*(?:async\s*)?"
    r"(?:\([^()\n]*\)|[\w$]+)(?:\s*:[^=\n]*)?\s*=>"
    r"|^[ \t]+(?:(?:public|private|protected|static|async|override|get|set|abstract)[ \t]+|\*)*"
    r"(?!(?:if|for|while|switch|catch|function|return|with)\b)(?P<b>[#\w$]+)\([^()\n]*\)"
    r"(?:[ \t]*:[^{};=\n]*)?[ \t]*\{",
    re.MULTILINE,
)
FORMS: dict[str, re.Pattern[str]] = {
    "Bash": re.compile(r"^[ \t]*(?P<a>[\w:.-]+)[ \t]*\(\)\s*\{", re.MULTILINE),
    "C#": re.compile(
        r"^[ \t]*(?:(?:public|private|protected|internal|static|async|override|virtual|abstract|"
        r"sealed|partial|unsafe|extern)[ \t]+)+(?!class|struct|interface|enum|record)"
        r"[\w<>\[\],.?]*[ \t]*(?P<a>\w+)(?:<[^<>\n]*>)?[ \t]*\(",
        re.MULTILINE,
    ),
    "Go": re.compile(
        r"^type[ \t]+(?P<owner>\w+)(?:\[[^\[\]\n]*\])?[ \t]+(?:struct|interface)", re.M
    ),
    "JavaScript": _SCRIPT,
    "JSX": _SCRIPT,
    "SQL": re.compile(
        r"^[ \t]*create\s+(?:or\s+replace\s+)?(?:\w+\s+)?(?:table|view|function|procedure|trigger|"
        r"type|index)\s+(?:if\s+not\s+exists\s+)?(?P<a>[\w.\"`\[\]]+)",
        re.MULTILINE | re.IGNORECASE,
    ),
    "TSX": _SCRIPT,
    "TypeScript": _SCRIPT,
}
"""Definitions without a keyword, by language; the group "owner" is a name of a type."""
