"""What the commands of LaTeX stand for in plain text."""

from __future__ import annotations

import unicodedata

SECTIONS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")

SYMBOLS: dict[str, str] = {
    "AA": "Å",
    "AE": "Æ",
    "BibTeX": "BibTeX",
    "L": "Ł",
    "LaTeX": "LaTeX",
    "LaTeXe": "LaTeX2e",
    "O": "Ø",
    "OE": "Œ",
    "P": "¶",
    "S": "§",
    "TeX": "TeX",
    "aa": "å",
    "ae": "æ",
    "copyright": "©",
    "dag": "†",
    "ddag": "‡",
    "dots": "…",
    "glqq": "„",
    "grqq": "“",
    "i": "ı",
    "j": "ȷ",
    "l": "ł",
    "ldots": "…",
    "newline": "\n",
    "o": "ø",
    "oe": "œ",
    "pounds": "£",
    "quad": " ",
    "qquad": " ",
    "space": " ",
    "ss": "ß",
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textbackslash": "\\",
    "textbar": "|",
    "textbullet": "•",
    "textdegree": "°",
    "textendash": "–",
    "textemdash": "—",
    "textellipsis": "…",
    "texteuro": "€",
    "textgreater": ">",
    "textless": "<",
    "textregistered": "®",
    "texttrademark": "™",
}
ACCENTS: dict[str, str] = {
    '"': "\u0308",
    "'": "\u0301",
    ".": "\u0307",
    "=": "\u0304",
    "H": "\u030b",
    "^": "\u0302",
    "`": "\u0300",
    "b": "\u0331",
    "c": "\u0327",
    "d": "\u0323",
    "k": "\u0328",
    "r": "\u030a",
    "u": "\u0306",
    "v": "\u030c",
    "~": "\u0303",
}

# Commands that go with their arguments, and how many they have.
DROPPED: dict[str, int] = {
    "DeclareMathAlphabet": 5,
    "DeclareMathOperator": 2,
    "addcontentsline": 3,
    "addtocounter": 2,
    "addtolength": 2,
    "author": 1,
    "bibliography": 1,
    "bibliographystyle": 1,
    "date": 1,
    "def": 2,
    "documentclass": 1,
    "fontsize": 2,
    "foreignlanguage": 1,
    "graphicspath": 1,
    "hspace": 1,
    "hyphenation": 1,
    "include": 1,
    "includegraphics": 1,
    "index": 1,
    "input": 1,
    "label": 1,
    "markboth": 2,
    "markright": 1,
    "newcommand": 2,
    "newenvironment": 3,
    "newtheorem": 2,
    "pagenumbering": 1,
    "pagestyle": 1,
    "providecommand": 2,
    "renewcommand": 2,
    "renewenvironment": 3,
    "rule": 2,
    "selectlanguage": 1,
    "setcounter": 2,
    "setlength": 2,
    "textcolor": 1,
    "thanks": 1,
    "thispagestyle": 1,
    "title": 1,
    "usepackage": 1,
    "vspace": 1,
}
LAYOUT: dict[str, int] = {"list": 2, "minipage": 1, "multicols": 1, "thebibliography": 1}
"""Arguments of environments that say how they are to look."""
CITES = frozenset(
    {"cite", "citep", "citet", "citeauthor", "citeyear", "autocite", "parencite", "textcite"}
)
REFERENCES = frozenset({"ref", "eqref", "pageref", "autoref", "cref", "Cref", "nameref"})

MATH = frozenset(
    "align alignat displaymath eqnarray equation flalign gather math multline".split()  # noqa: SIM905
)
VERBATIM = frozenset({"verbatim", "Verbatim", "lstlisting", "minted"})
PICTURES = frozenset(
    {"tikzpicture", "picture", "pspicture", "pgfpicture", "comment", "filecontents"}
)
TABULAR = frozenset({"tabular", "tabularx", "tabulary", "longtable", "supertabular", "tabu"})


def accented(accent: str, letter: str) -> str:
    """The letter with the accent of a command, as one character where there is one."""
    plain = {"ı": "i", "ȷ": "j"}.get(letter[:1], letter[:1])
    return unicodedata.normalize("NFC", plain + ACCENTS[accent]) + letter[1:] if plain else ""
