"""What a question wants, and whether a text gives it."""

from __future__ import annotations

import pytest

from tercet.generation.extractive.ranges import holds, is_another, numbers_of
from tercet.generation.extractive.wanted import fit, missing, numberless, what_is_wanted, words_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How long is the warranty?", "duration"),
        ("Within how many minutes must I answer?", "duration"),
        ("How many people work here?", "amount"),
        ("What percentage of sales is returned?", "amount"),
        ("What share of revenue did the warranty cost?", "amount"),
        ("What does the lamp cost?", "money"),
        ("What will the list price be?", "money"),
        ("What is the law of electric charge?", ""),
        ("How much are they paid?", "money"),
        ("When was it founded?", "time"),
        ("In which year did it close?", "time"),
        ("Who signs the form?", "person"),
        ("Why was the server down?", "reason"),
        ("What caused the loss?", "reason"),
        ("What is in the box?", ""),
        ("Wie lange gilt die Garantie?", ""),
    ],
)
def test_the_kind_of_an_answer(question: str, kind: str) -> None:
    assert what_is_wanted(question).kind == kind


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("How long is the warranty?", "It is covered for two years.", 1),
        ("How long is the warranty?", "The lamp is not covered.", -1),
        ("How long is the warranty?", "It costs 20 pounds.", -1),
        ("How often is it tested?", "It is tested daily.", 1),
        ("How many staff are in Ghent?", "Ghent has 19 staff.", 1),
        ("How many staff are in building 4?", "The staff sit in building 4.", -1),  # 4 is asked
        ("What does the lamp cost?", "The lamp costs €68.", 1),
        ("What does the lamp cost?", "The lamp lasts 68 hours.", -1),
        ("Who signs the form?", "The form is signed by Mette Ravn.", 1),
        ("Who signs the form?", "The form is signed twice.", -1),
        ("When did it close?", "It closed in March.", 1),
        ("When did it close?", "It closed quietly.", -1),
        ("Why did it stop?", "It stopped because a fan failed.", 1),
        ("What is in the box?", "A meter.", 0),
    ],
)
def test_a_text_gives_what_is_wanted_or_does_not(question: str, text: str, fits: int) -> None:
    assert fit(what_is_wanted(question), text) == fits


@pytest.mark.parametrize(
    ("question", "text", "without"),
    [
        ("How many staff are in Ghent?", "Ghent has staff in many rooms.", True),
        ("How many staff are in Ghent?", "Ghent has forty staff.", False),
        ("How many staff are in Ghent?", "The staff use the X200 and FC-45.", True),  # codes
        ("What does the FC-45 cost?", "FC-45: Flow cell, in preparation", True),
        ("What does the FC-45 cost?", "FC-45: 92", False),
        ("How often is it tested?", "It is tested daily.", False),
        ("How long is the warranty?", "The lamp is not covered.", True),
        ("Who signs the form?", "The form is signed.", False),  # no number is asked for
    ],
)
def test_a_text_without_a_number(question: str, text: str, without: bool) -> None:
    assert numberless(what_is_wanted(question), text) is without


@pytest.mark.parametrize(
    ("label", "corner", "question", "another"),
    [
        ("50", "Week", "Who is on call in week 52 of 2025?", True),
        ("52", "Week", "Who is on call in week 52 of 2025?", False),
        ("50", "Week", "Who is on call in 2025?", False),
        ("50", "", "Who is on call in week 52?", False),
        ("Week 50", "Week", "Who is on call in week 52?", False),  # no bare number
        ("4", "Band (2025)", "What does band (2025) 7 earn?", True),
    ],
)
def test_a_row_of_another_number(label: str, corner: str, question: str, another: bool) -> None:
    assert is_another(label, corner, question) is another


def test_names_that_a_passage_does_not_have_are_missing() -> None:
    wanted = what_is_wanted("Does the X300 of 2024 float?")
    assert wanted.names == {"x300", "2024"}
    assert missing(wanted.names, words_of("The X200 of 2024 floats.")) == 0.5
    assert missing(wanted.names, words_of("The X300-KIT of 2024 floats.")) == 0.0
    assert missing(what_is_wanted("Does it float?").names, words_of("No.")) == 0.0
    assert missing(what_is_wanted("The warden in Dublin?").names, words_of("In Ghent.")) == 1.0
    counted = what_is_wanted("What does the 24-month extension cost?")
    assert missing(counted.names, words_of("24 months")) == 0.0


def test_codes_have_letters_and_digits() -> None:
    asked = "What does FC-45 or the X200 of week 12 cost in 2024, in the 1970s or in Dublin?"
    assert what_is_wanted(asked).codes == {"fc-45", "x200"}


def test_german_nouns_are_no_names() -> None:
    assert what_is_wanted("Wie lange gilt die Garantie des X200?").names == {"x200"}


@pytest.mark.parametrize(
    ("label", "number", "held"),
    [
        ("€25,001 to €100,000", "€30,000", True),
        ("€25,001 to €100,000", "€20,000", False),
        ("Over €100,000", "€250,000", True),
        ("Up to 2 years", "five years", False),
        ("2 to 8 years", "five years", True),
        ("10 - 20", "15", True),
        ("Porto", "15", None),
        ("2 to 8 years", "years", None),
    ],
)
def test_a_range_holds_a_number_or_does_not(label: str, number: str, held: bool | None) -> None:
    assert holds(label, numbers_of(number)) is held


def test_codes_are_no_numbers() -> None:
    assert numbers_of("form F-118 of the X200, CP-07") == frozenset()
