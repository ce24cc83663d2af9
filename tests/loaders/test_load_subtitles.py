from __future__ import annotations

from pathlib import Path

import pytest

from tercet.errors import DamagedFile, NoText
from tercet.loaders import load
from tests.loaders.conftest import Write

SRT = """1
00:00:01,000 --> 00:00:04,000
<i>Hello</i> there,
my &amp; friend.

2
00:00:05,500 --> 00:00:07,000
{\\an8}How are <font color="red">you</font>?

3
01:02:03,000 --> 01:02:04,000
ANN: Fine.
"""


def test_subrip(write: Write) -> None:
    document = load(write("film.srt", SRT.replace("\n", "\r\n")))
    assert document.text == (
        "[00:00:01]\nHello there, my & friend. How are you?\n\n[01:02:03]\nANN: Fine."
    )
    assert document.title == "film"


def test_a_new_paragraph_every_half_minute(write: Write) -> None:
    cues = [f"{n}\n00:{n // 6:02}:{n % 6 * 10:02},000 --> 00:59:00,000\nw{n}\n" for n in range(8)]
    assert load(write("a.srt", "\n".join(cues))).text == (
        "[00:00:00]\nw0 w1 w2\n\n[00:00:30]\nw3 w4 w5\n\n[00:01:00]\nw6 w7"
    )


def test_webvtt_header_notes_styles_and_settings(write: Write) -> None:
    content = (
        "WEBVTT - My talk\nLanguage: de\n\nNOTE hidden\nnote\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.000 align:left\n<c.loud>Eins</c> <00:01.500>zwei\n"
    )
    document = load(write("a.vtt", content))
    assert document.text == "[00:00:01]\nEins zwei"
    assert document.title == "My talk"
    assert document.metadata["language"] == "de"


def test_speakers_are_named_when_they_change(write: Write) -> None:
    content = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>One</v>\n\n00:02.000 --> 00:03.000\n"
        "<v.loud Ann>two\n<v Bob>three\n\n00:40.000 --> 00:41.000\n<v Bob>four\n"
    )
    assert load(write("a.vtt", content)).text == (
        "[00:00:01]\nAnn: One two\nBob: three\n\n[00:00:40]\nBob: four"
    )


def test_lines_that_roll_up_are_given_once(write: Write) -> None:
    times = [f"00:0{n}.000 --> 00:0{n + 1}.000" for n in range(3)]
    content = f"WEBVTT\n\n{times[0]}\none\n\n{times[1]}\none\ntwo\n\n{times[2]}\ntwo\nthree\n"
    assert load(write("a.vtt", content)).text == "[00:00:00]\none two three"


def test_text_without_times_is_no_subtitle(write: Write) -> None:
    with pytest.raises(DamagedFile, match="no cues"):
        load(write("a.srt", "Just\n\nsome text"))


def test_a_header_alone_is_no_text(write: Write) -> None:
    with pytest.raises(NoText):
        load(write("a.vtt", "WEBVTT\n\nNOTE nothing said\n"))


@pytest.mark.parametrize("cut", range(1, len(SRT), 7))
def test_cut_files_give_what_is_left_or_damage(write: Write, cut: int) -> None:
    path = write("a.srt", SRT[:cut])
    try:
        assert load(path).text.startswith("[00:00:01]\n")
    except DamagedFile:
        assert cut < SRT.index("there")


def test_shared_file(shared: Path) -> None:
    folder = shared / "files/docling-project__docling/tests/data/webvtt/sources"
    text = load(folder / "webvtt_example_01.vtt").text
    assert text.startswith("[00:00:11]\nRoger Bingham: We are in New York City We’re actually at")
    assert "\nNeil deGrasse Tyson: Laughs\nRoger Bingham: You know I’m so excited" in text
    assert "<" not in text
    assert "Copyright" not in text
