"""What models write, read as claims: the format asked for, JSON, and all sorts of slips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.generation.claims import Claim, Quoted, parse_claims

ONE = [Claim("It lasts two years.", (Quoted("for two (2) years", 2),))]
TWO = [*ONE, Claim("Leave is 25 days.", (Quoted("25 days", 1), Quoted("of leave", 1)))]


@pytest.mark.parametrize(
    "written",
    [
        "CLAIM: It lasts two years.\nQUOTE [2]: for two (2) years",
        "Here it is:\n\n```text\nCLAIM: It lasts two years.\nQUOTE [2]: for two (2) years\n```",
        "**CLAIM:** It lasts two years.\n**QUOTE [2]:** for two (2) years",
        "- Claim: It lasts two years.\n  - Quote 2: for two (2) years",
        "1. CLAIM 1: It lasts two years.\n   QUOTE (passage 2): for two (2) years",
        "CLAIM: It lasts two\nyears.\n\nQUOTE: [2] for two (2) years\n",
        "claim: It lasts two years.\nquote: for two (2) years [2]",
        "### CLAIM: It lasts two years.\n> QUOTE [2]: for two (2) years",
        '{"claim": "It lasts two years.", "quotes": [{"passage": 2, "quote": "for two (2) '
        'years"}]}',
        '```json\n[{"claim": "It lasts two years.", "quote": "for two (2) years", "passage": 2,'
        "},]\n```",
        '{"claims": [{"Claim": "It lasts two years.", "Quotes": ["[2] for two (2) years"]}]}',
        'Sure! {"claim": "It lasts two years.", "quotes": [{"marker": "[2]", "text": '
        '"for two (2) years"}]} I hope this helps.',
    ],
)
def test_one_claim_in_many_forms(written: str) -> None:
    assert parse_claims(written) == ONE


@pytest.mark.parametrize(
    "written",
    [
        "CLAIM: It lasts two years.\nQUOTE [2]: for two (2) years\n\n"
        "CLAIM: Leave is 25 days.\nQUOTE [1]: 25 days\nQUOTE [1]: of leave",
        '{"claim": "It lasts two years.", "quotes": [{"passage": 2, "quote": "for two (2) years"}]}'
        '\n{"claim": "Leave is 25 days.", "quotes": ["25 days", "of leave"], "passage": 1}',
    ],
)
def test_several_claims_keep_their_order(written: str) -> None:
    assert parse_claims(written) == TWO


def test_markers_in_a_claim_are_taken_out_and_kept() -> None:
    assert parse_claims("CLAIM: It lasts two years [2, 3].") == [
        Claim("It lasts two years.", (), (2, 3))
    ]


@pytest.mark.parametrize(
    "written",
    ["", "The warranty is two years [2].", "NOT_FOUND", "QUOTE [1]: alone", "{", '{"claim": 3}'],
)
def test_prose_has_no_claims(written: str) -> None:
    assert parse_claims(written) == []


@given(st.text(alphabet='CLAIMQUOTE:[1]{}",\n `*', max_size=80))
def test_nothing_that_is_written_raises(written: str) -> None:
    assert all(claim == Claim(*claim) for claim in parse_claims(written))


def test_broken_json_of_any_depth_does_not_raise() -> None:
    assert parse_claims('"claim" ' + '{"a":' * 3000) == []
