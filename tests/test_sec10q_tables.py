"""Rows of the financial statements in four quarterly reports, read off the pages by eye."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tercet.loaders import load
from tercet.types import Document

# report, page, the row as Markdown
ROWS = [
    ("2022 Q3 INTC", 5, "| Net revenue | $15,338 | $19,192 | $49,012 | $58,496 |"),
    ("2022 Q3 INTC", 7, "| Assets held for sale | 56 | 6,942 |"),
    ("2022 Q3 INTC", 7, "| Accumulated other comprehensive income (loss) | (2,051) | (880) |"),
    (
        "2022 Q3 INTC",
        7,
        "| Common stock and capital in excess of par value, 4,127 issued and outstanding (4,070 "
        "issued and outstanding as of December 25, 2021) | 30,912 | 28,006 |",
    ),
    ("2022 Q3 INTC", 9, "| Restricted stock unit withholdings | (3) | (138) | — | 32 | (106) |"),
    ("2022 Q3 INTC", 11, "|  | 8,124 | 9,788 | 25,083 | 30,764 |"),
    ("2022 Q3 INTC", 11, "| All other | (1,583) | (1,030) | (3,616) | (4,729) |"),
    ("2023 Q2 NVDA", 3, "| Acquisition termination cost | — | — | — | 1,353 |"),
    ("2023 Q2 NVDA", 3, "| Diluted | $2.48 | $0.26 | $3.30 | $0.90 |"),
    ("2023 Q2 NVDA", 5, "| Preferred stock | — | — |"),
    (
        "2023 Q2 NVDA",
        13,
        "| Debt securities issued by the U.S. Treasury | 3,716 | — | (31) | 3,685 | — | 3,685 |",
    ),
    ("2023 Q2 NVDA", 15, "| 0.309% Notes Due 2023 | Level 2 | $— | $1,230 |"),
    ("2023 Q3 AAPL", 4, "| Basic | 15,697,614 | 16,162,945 | 15,792,497 | 16,277,824 |"),
    ("2023 Q3 AAPL", 8, "| Proceeds from issuance of term debt, net | 5,228 | — |"),
    ("2023 Q3 AAPL", 8, "| Cash used in financing activities | (85,335) | (83,955) |"),
    ("2023 Q3 AAPL", 10, "| Mutual funds | 366 | 15 | (19) | 362 | — | 362 | — |"),
    ("2023 Q3 AAPL", 21, "| Effective tax rate | 12.5% | 15.7% | 14.6% | 16.3% |"),
    ("2023 Q3 MSFT", 5, "| Short-term debt | 25,808 | 0 |"),
    (
        "2023 Q3 MSFT",
        6,
        "| Net recognized losses (gains) on investments and derivatives | 14 | (22) |",
    ),
    ("2023 Q3 MSFT", 19, "| Unamortized discount and issuance costs |  |  |  | (431) | (438) |"),
    ("2023 Q3 MSFT", 19, "| 2009 issuance of $3.8 billion | 2039 | 5.20% | 5.24% | $520 | $520 |"),
    ("2023 Q3 MSFT", 34, "| Intelligent Cloud | 24,259 | 20,325 | 19% |"),
]

HEADS = [
    ("2022 Q3 INTC", 7, "| (In Millions; Unaudited) | Oct 1, 2022 | Dec 25, 2021 |"),
    (
        "2023 Q3 AAPL",
        4,
        "|  | Three Months Ended July 1, 2023 | Three Months Ended June 25, 2022 | Nine Months "
        "Ended July 1, 2023 | Nine Months Ended June 25, 2022 |",
    ),
    (
        "2023 Q2 NVDA",
        13,
        "| (In millions) | January 29, 2023 Amortized Cost | January 29, 2023 Unrealized Gain | "
        "January 29, 2023 Unrealized Loss | January 29, 2023 Estimated Fair Value | January 29, "
        "2023 Reported as Cash Equivalents | January 29, 2023 Reported as Marketable Securities |",
    ),
    ("2023 Q3 MSFT", 6, "| Three Months Ended September 30, | 2023 | 2022 |"),
    (
        "2023 Q3 MSFT",
        34,
        "| (In millions, except percentages) | Three Months Ended September 30, 2023 | Three "
        "Months Ended September 30, 2022 | Percentage Change |",
    ),
]


@cache
def report(folder: Path, name: str) -> Document:
    path = folder / "corpora" / "sec10q" / f"{name}.pdf"
    if not path.exists():
        pytest.skip("needs the quarterly reports")
    return load(path)


def lines(document: Document, number: int) -> list[str]:
    page = document.pages[number - 1]
    return document.text[page.start : page.end].split("\n")


@pytest.mark.parametrize(("name", "page", "row"), ROWS)
def test_label_and_numbers_are_one_row(shared: Path, name: str, page: int, row: str) -> None:
    assert row in lines(report(shared, name), page)


@pytest.mark.parametrize(("name", "page", "head"), HEADS)
def test_titles_stand_over_their_columns(shared: Path, name: str, page: int, head: str) -> None:
    found = lines(report(shared, name), page)
    columns = head.count(" | ")
    assert found[found.index(head) + 1] == "| --- " + "| --- " * columns + "|"


@pytest.mark.parametrize(
    ("name", "page", "line"),
    [
        ("2023 Q3 AAPL", 6, "CONDENSED CONSOLIDATED BALANCE SHEETS (Unaudited)"),
        ("2023 Q3 AAPL", 10, "millions):"),
        ("2022 Q3 INTC", 4, "$15.3B 42.6% 45.9% $0.25 $0.59 $7.7B $(7.1)B"),
        ("2023 Q2 NVDA", 2, "c) Condensed Consolidated Balance Sheets as of July 30, 2023 and "
         "January 29, 2023 5"),
    ],
)  # fmt: skip
def test_what_is_no_table_stays_as_it_is(shared: Path, name: str, page: int, line: str) -> None:
    assert line in lines(report(shared, name), page)
