from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tercet.loaders import load
from tercet.loaders.decoding import clean, decode, looks_binary

GERMAN = "Über die Prüfung größerer Geräte: schön, süß und günstig. " * 20
RUSSIAN = "Гарантия составляет два года со дня поставки.\nВопросы направляйте нам. " * 20
JAPANESE = "保証期間は納入日から二年間です。\nお問い合わせはこちらまで。" * 20
WITHOUT_NUL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(WITHOUT_NUL)
def test_utf8_round_trips(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@given(WITHOUT_NUL)
@example("\ufeff")
def test_marked_encodings_round_trip(text: str) -> None:
    marks = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    marks |= {"utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE}
    for encoding, mark in marks.items():
        data = mark + text.encode(encoding)
        assert decode(data) == text
        assert not looks_binary(data)


@pytest.mark.parametrize("text", ["plain English text\n", GERMAN, RUSSIAN])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text
    assert not looks_binary(text.encode(encoding))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("café, naïve", "cp1252"),
        ("“quoted” – 5 €", "cp1252"),
        (GERMAN, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
    ],
)
def test_older_encodings(text: str, encoding: str) -> None:
    pytest.importorskip("charset_normalizer")
    assert decode(text.encode(encoding)) == text


def test_a_few_broken_bytes_do_not_spoil_utf8() -> None:
    assert decode(RUSSIAN.encode() + b"\xff") == RUSSIAN + "\ufffd"


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    clean(decode(data))
    looks_binary(data)


def test_newlines_and_nuls(write) -> None:
    path = write("a.txt", b"one\r\ntwo\rthree\n" + b"four\0")
    assert load(path).text == "one\ntwo\nthree\nfour"


def test_a_file_in_utf16(write) -> None:
    assert load(write("a.txt", RUSSIAN.encode("utf-16"))).text == RUSSIAN


def test_escape_codes_of_a_terminal_are_text() -> None:
    assert not looks_binary(b"\x1b[31mred\x1b[0m\n" * 50)


def test_a_short_table_in_japanese(write) -> None:
    text = "名前,年齢,住所\n佐藤太郎,30,東京\n"
    assert load(write("a.txt", text.encode("cp932"))).text == text


def test_a_short_western_text_is_not_taken_for_another() -> None:
    for text in ("Das Café in München", "Ça va, élève?", "naïve résumé"):
        assert decode(text.encode("cp1252")) == text
