from __future__ import annotations

import io
import os
import shutil
import stat
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from tercet.errors import NoText
from tercet.loaders import load
from tercet.loaders.images import ocr

needs_tesseract = pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract")

LINES = ("Revenue rose by twelve percent in the third quarter.", "Costs fell at the same time.")


def picture(*lines: str, size: int = 36) -> Image.Image:
    image = Image.new("L", (1400, 120 + 80 * len(lines)), 255)
    font = ImageFont.load_default(size)
    for index, line in enumerate(lines):
        ImageDraw.Draw(image).text((60, 60 + 80 * index), line, fill=0, font=font)
    return image


def scanned(folder: Path, *pages: Image.Image | str | None) -> Path:
    """A PDF with a page for each picture, for each text, and an empty one for None."""
    pdf = FPDF()
    pdf.set_font("helvetica", "", 12)
    for content in pages:
        pdf.add_page()
        if isinstance(content, str):
            pdf.cell(0, 10, content)
        elif content:
            pdf.image(content, x=10, y=10, w=190)
    path = folder / "scan.pdf"
    pdf.output(str(path))
    return path


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program of our own by the name of tesseract."""
    program = folder / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


@needs_tesseract
def test_the_text_of_a_picture() -> None:
    image = picture(*LINES)
    assert ocr.text_of(image).split("\n") == [LINES[0], "", LINES[1]]
    file = io.BytesIO()
    image.save(file, "PNG")
    assert ocr.text_of(file.getvalue()) == ocr.text_of(image)


@needs_tesseract
def test_small_letters_of_a_screen() -> None:
    image = Image.new("L", (600, 60), 255)
    font = ImageFont.load_default(13)
    ImageDraw.Draw(image).text((10, 20), LINES[0], fill=0, font=font)
    assert ocr.text_of(image) == LINES[0]


@needs_tesseract
@pytest.mark.parametrize("image", [picture(), picture("3 - 4"), Image.new("RGB", (1, 1))])
def test_pictures_without_text(image: Image.Image) -> None:
    assert ocr.text_of(image) == ""


@needs_tesseract
def test_languages_that_are_not_installed_are_left_out() -> None:
    assert LINES[1] in ocr.text_of(picture(*LINES), "tlh+xyz")


def test_the_languages_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = 'if [ "$1" = --list-langs ]; then printf "List:\\ndeu\\neng\\nosd\\n"'
    fake(tmp_path, monkeypatch, f'{listing}; else cat >/dev/null; echo "called with $@"; fi')
    monkeypatch.delenv(ocr.LANGUAGES, raising=False)
    assert ocr.text_of(b"picture") == "called with stdin stdout -l eng"
    monkeypatch.setenv(ocr.LANGUAGES, "fra+deu, eng")
    assert ocr.text_of(b"picture") == "called with stdin stdout -l deu+eng"
    assert ocr.text_of(b"picture", "deu") == "called with stdin stdout -l deu"


@pytest.mark.parametrize("script", ["exec sleep 20", "exit 1", "kill -9 $$", "printf 'a b 1 2 -'"])
def test_a_failing_program_gives_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    listing = 'if [ "$1" = --list-langs ]; then printf "List:\\neng\\n"; exit; fi'
    fake(tmp_path, monkeypatch, f"{listing}\n{script}")
    assert ocr.available()
    assert ocr.text_of(b"picture", seconds=0.5) == ""


def test_words_divided_at_line_ends_are_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = 'if [ "$1" = --list-langs ]; then printf "List:\\neng\\n"; exit; fi'
    fake(
        tmp_path, monkeypatch, f"{listing}\nprintf 'The infor-\\nmation desk\\n\\n\\nis open\\n\\f'"
    )
    assert ocr.text_of(b"picture") == "The information desk\n\nis open"


@needs_tesseract
def test_pages_without_a_text_layer(tmp_path: Path) -> None:
    path = scanned(tmp_path, "This page has text.", picture(*LINES), None)
    document = load(path)
    second = document.pages[1]
    read = document.text[second.start : second.end].strip().split("\n")
    assert read == [LINES[0], "", LINES[1]]
    assert document.pages[0].end == second.start
    assert document.pages[-1].end == len(document.text)
    assert document.metadata["ocr_pages"] == [2]
    assert document.metadata["textless_pages"] == [3]


@needs_tesseract
def test_no_time_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCET_OCR_SECONDS", "-1")
    document = load(scanned(tmp_path, "This page has text.", picture(*LINES)))
    assert document.metadata["textless_pages"] == [2]
    assert "ocr_pages" not in document.metadata


def test_without_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not ocr.available()
    assert ocr.text_of(picture(*LINES)) == ""
    with pytest.raises(NoText) as caught:
        load(scanned(tmp_path, picture(*LINES)), "scan.pdf")
    assert caught.value.message == "scan.pdf has no text layer."
    assert caught.value.help == (
        "Install tesseract (Debian: apt install tesseract-ocr) and ingest again."
    )


def test_a_single_page_without_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    document = load(scanned(tmp_path, "This page has text.", picture(*LINES)))
    assert document.text.strip() == "This page has text."
    assert document.metadata["textless_pages"] == [2]


@needs_tesseract
def test_a_scanned_report(shared: Path) -> None:
    found = list((shared / "files").rglob("MEDRPT-2024-PAT-3847_medical_report_scan.pdf"))
    if not found:
        pytest.skip("needs the sample files")
    document = load(found[0])
    assert document.metadata["ocr_pages"] == [1, 2, 3]
    for words in ("SEATTLE GENERAL HOSPITAL", "Department of Internal Medicine", "(206) 555-0100"):
        assert words in document.text
