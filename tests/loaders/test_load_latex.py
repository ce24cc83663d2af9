from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tercet.loaders import load
from tercet.loaders.markup.latex import read
from tests.loaders.conftest import Write

PAPER = r"""\documentclass[11pt]{article} % hidden
\usepackage[utf8]{inputenc}
\title{On \emph{Tea}}
\author{Ann L\"ee\thanks{ACME} \\ Bonn \and Bob Ray}
\date{6 May 2024}
\newcommand{\ie}{i.\,e.}
\newcommand{\vect}[1]{\mathbf{#1}}
\newtheorem{Lem}{Lemma}
\begin{document}
\maketitle
\begin{abstract}
We drink.% not this
\end{abstract}

\section[short]{The \textbf{first} part}\label{sec:one}
Words \emph{with} stress, \ie{} 50\,\% of ``them'' --- see~\ref{sec:one} and \cite[p.~3]{lee:1}.
Formula $a_{1} \% b$ and \verb|x_y|.\footnote{A note.} Fran\c{c}ois, na\"{\i}ve, \ss.

\begin{equation}\label{eq:one}
  E = mc^2 % hidden
\end{equation}

\begin{itemize}
  \item one
  \begin{enumerate}
    \item inner
    \item[b)] other
  \end{enumerate}
  \item two
\end{itemize}

\subsection*{Table}
\begin{table}[ht]
\centering
\caption{Prices}
\begin{tabular}{|l|r|}
\hline
Item & Cost \\ \hline
Tea \& cup & \textbf{3} \\[2pt]
\multicolumn{2}{c}{All} \\
\hline
\end{tabular}
\end{table}

\begin{verbatim}
\section{no} % kept
\end{verbatim}
\begin{Lem}
It holds.
\end{Lem}
\begin{tikzpicture}\draw (0,0);\end{tikzpicture}
\href{http://x}{the site} \includegraphics[width=3cm]{a.png}\input{other}
\begin{thebibliography}{9}
\bibitem{lee:1} Lee, \textit{Tea}.
\end{thebibliography}
\end{document}
Never shown.
"""


def test_all_of_it(write: Write) -> None:
    document = load(write("a.tex", PAPER))
    assert document.text == (
        "# Abstract\n\nWe drink.\n\n# The first part\n\n"
        "Words with stress, i. e. 50 % of “them” — see sec:one and [lee:1]. "
        "Formula $a_{1} \\% b$ and `x_y`. (A note.) François, naïve, ß.\n\n"
        "$$\nE = mc^2\n$$\n\n- one\n\n  1. inner\n\n  - b) other\n\n- two\n\n## Table\n\nPrices\n\n"
        "| Item | Cost |\n| --- | --- |\n| Tea & cup | 3 |\n| All |  |\n\n"
        "```\n\\section{no} % kept\n```\n\nLemma. It holds.\n\nthe site\n\n# References\n\n"
        "- [lee:1] Lee, Tea."
    )


def test_title_and_metadata(write: Write) -> None:
    document = read(write("a.tex", PAPER), "a.tex")
    assert document.title == "On Tea"
    metadata = dict(document.metadata)
    assert metadata == {
        "author": ["Ann Lëe", "Bob Ray"],
        "created": "2024-05-06",
    }
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "Abstract"),
        (1, "The first part"),
        (2, "Table"),
        (1, "References"),
    ]


def test_a_part_of_a_document(write: Write) -> None:
    document = load(write("part.tex", "\\chapter{One}\nText.\n\\section{Two}\nMore."))
    assert document.text == "# One\n\nText.\n\n## Two\n\nMore."
    assert document.title == "One"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\'e \`a \^o \~n \"u \v{s} \H{o} \k a \aa{} \O{} \L{}", "é à ô ñ ü š ő ą å Ø Ł"),
        (r"\'{\i} \"\i{} \.{}", "í ï"),
        (r"a\_b \{c\} \# \& \$5 100\%", "a_b {c} # & $5 100%"),
        (r"{\bf bold} {\large big} \textcolor{red}{red}", "bold big red"),
        (r"\(x\) and \[y\] cost $3", "\\(x\\) and \\[y\\] cost 3"),
        (r"a\\b\par c", "a b\n\nc"),
        (r"\unknown{kept} \unknown[x]{kept too} \vspace*{2cm}!", "kept kept too !"),
        (r"\def\tea{green tea}I like \tea.", "I like green tea."),
        (r"\newcommand{\a}{\a\a}\a x", "x"),
        (r"\begin{unknown}text\end{other}", "text"),
        (r"\url{http://x/~y_z}", "http://x/~y_z"),
        ("one % comment\n   two\\% three\n% gone\nfour", "one two% three four"),
    ],
)
def test_commands(write: Write, source: str, text: str) -> None:
    assert load(write("a.tex", source)).text == text


@pytest.mark.parametrize("cut", range(30, len(PAPER), 41))
def test_cut_files_are_read(write: Write, cut: int) -> None:
    document = load(write("a.tex", PAPER[:cut] + "\nwords"))
    assert document.text.endswith("words")


@pytest.mark.parametrize(
    "part",
    [
        "{",
        "\\section{",
        "\\begin{a}",
        "\\begin{tabular}{l}",
        "$",
        "\\[",
        "\\emph{",
        "\\label{",
        "%",
        "\\footnote{",
        "\\item[",
        "\\begin{verbatim}",
        "\\verb|",
        "\\'",
        "\\newcommand{\\a}{",
        " ",
        "\\\\[",
    ],
)
def test_time_grows_with_the_size_only(write: Write, part: str) -> None:
    path = write("a.tex", "x\n\n" + part * (100_000 // len(part)))
    begun = time.perf_counter()
    assert load(path).text.startswith("x")
    assert time.perf_counter() - begun < 20  # under 1 s


def test_a_thesis(shared: Path) -> None:
    folder = shared / "files/docling-project__docling/tests/data/latex/sources/0005057"
    document = load(folder / "diss.tex")
    assert document.text.startswith(
        "The Concept of Particle Weights in Local Quantum Field Theory Dissertation"
    )
    assert "der Georg-August-Universität zu Göttingen" in document.text
    assert (
        "A closer analysis of quantum electrodynamics shows that the infraparticle problem is "
        "connected with Gauss' law [froehlich/morchio/strocchi:1979,buchholz:1986a]."
    ) in document.text
    assert "\n\n$$\n\\Oscr \\mapsto \\AO\n$$\n\n" in document.text
    assert (1, "Introduction") in [(h.level, h.text) for h in document.headings]
    prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "", document.text, flags=re.DOTALL)
    assert not re.search(r"\\(?:begin|end|label|cite|item|emph)\b", prose)
