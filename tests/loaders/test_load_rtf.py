from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.errors import DamagedFile, NoText
from tercet.loaders import load
from tercet.loaders.office.rtf import read

Write = Callable[[str, bytes | str], Path]


def test_paragraphs_and_escapes(write: Write) -> None:
    path = write("a.rtf", r"{\rtf1\ansi First \{one\} \b bold\b0\par Second\tab end\par}")
    assert load(path).text == "First {one} bold\nSecond\tend"


def test_the_code_page_decides(write: Write) -> None:
    raw = (
        b"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2, "
        + "мир".encode("cp1251")
        + b"}"
    )
    assert load(write("a.rtf", raw)).text == "Привет, мир"


def test_the_fonts_decide_where_they_name_a_character_set(write: Write) -> None:
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset161 Arial Greek;}}"
    path = write("a.rtf", rf"{{\rtf1\ansi\ansicpg1252{fonts}\f0 \'e4 \f1\'e1\'e2}}")
    assert load(path).text == "ä αβ"


def test_character_sets_without_a_codec(write: Write) -> None:
    fonts = r"{\fonttbl{\f0\fcharset78 Osaka;}}"
    path = write("a.rtf", rf"{{\rtf1\ansi{fonts}\f0 \'83\'65\'83\'58\'83\'67}}")
    assert load(path).text == "テスト"


def test_unicode_beyond_sixteen_bits(write: Write) -> None:
    path = write("a.rtf", r"{\rtf1\ansi\uc1 \u8364? \u-10179?\u-8704?!}")
    assert load(path).text == "€ \U0001f600!"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_any_text_written_as_unicode_comes_back(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    halves = text.encode("utf-16-le")
    units = [int.from_bytes(halves[at : at + 2], "little") for at in range(0, len(halves), 2)]
    path = tmp_path_factory.getbasetemp() / "any.rtf"
    code = "".join(rf"\u{unit}?" for unit in units)
    path.write_text(rf"{{\rtf1 <{code}>}}")
    assert read(path, "any.rtf").text == f"<{text}>"


def test_information_becomes_metadata(write: Write) -> None:
    info = (
        r"{\info{\title The \'84report\'93}{\author Ann; Bob}{\keywords cost, plan}{\subject Money}"
        r"{\creatim\yr2024\mo5\dy6\hr7}{\revtim\yr2024\mo13\dy1}{\*\company X}{\doccomm Draft}}"
    )
    document = load(write("a.rtf", rf"{{\rtf1\ansi\ansicpg1252{info}Text\par}}"))
    assert document.title == "The „report“"
    assert document.text == "Text"
    metadata = dict(document.metadata)
    assert metadata.pop("modified")  # the file's own: month 13 is none
    assert metadata == {
        "author": ["Ann", "Bob"],
        "created": "2024-05-06",
        "description": "Draft",
        "format": "rtf",
        "keywords": ["cost", "plan"],
        "subject": "Money",
    }


def test_without_a_title_the_file_names_it(write: Write) -> None:
    assert load(write("letter.rtf", r"{\rtf1 Dear}")).title == "letter"


def test_rows_become_a_table(write: Write) -> None:
    rows = "".join(rf"\trowd {a}\cell {b}\cell\row " for a, b in (("Item", "2023"), ("Oil", "5")))
    path = write("a.rtf", rf"{{\rtf1 Before\par {rows}After\par}}")
    assert load(path).text == ("Before\n\n| Item | 2023 |\n| --- | --- |\n| Oil | 5 |\n\nAfter")


@pytest.mark.parametrize(
    "content",
    [
        r"{\rtf1\ansi Half of a wor",
        r"{\rtf1\ansi {\b open} {\i still open}",
        r"{\rtf1 \u9999999999? x}",
        r"{\rtf1\pict\bin x}",
    ],
)
def test_truncated_and_malformed_files_are_damaged(write: Write, content: str) -> None:
    with pytest.raises(DamagedFile, match=r"a\.rtf is damaged") as caught:
        load(write("a.rtf", content))
    assert caught.value.help


def test_a_file_of_control_words_has_no_text(write: Write) -> None:
    with pytest.raises(NoText):
        load(write("a.rtf", r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}}"))


def test_many_links_and_groups_on_one_line_take_little_time(write: Write) -> None:
    link = r'{\field{\*\fldinst{HYPERLINK "http://a.example"}}{\fldrslt{x}}} '
    info = r"{\info{\title " + r"\'41x" * 5000 + "{" * 5000 + "}" * 5002
    begin = time.perf_counter()
    text = load(write("a.rtf", r"{\rtf1 " + info + link * 2000 + "}")).text
    assert time.perf_counter() - begin < 20  # quadratic: minutes
    assert text.count("x") >= 2000


def test_a_real_file(shared: Path) -> None:
    plugin = "files/microsoft__markitdown/packages/markitdown-sample-plugin/tests/test_files"
    document = load(shared / plugin / "test.rtf")
    assert document.text == (
        "This is a Sample RTF File\n\nIt is included to test if the MarkItDown sample plugin can "
        "correctly convert RTF files."
    )
    assert document.metadata["author"] == "Adam Fourney"
