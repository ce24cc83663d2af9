from __future__ import annotations

import random
import shutil
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from tercet.errors import DamagedFile, LoadError, NoText
from tercet.loaders import load
from tercet.loaders.images import image

pytestmark = pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract")

LINE = "Revenue rose by twelve percent in the third quarter."


def picture(text: str = LINE, mode: str = "RGB") -> Image.Image:
    drawn = Image.new("RGB", (1400, 200), "white")
    font = ImageFont.load_default(36)
    ImageDraw.Draw(drawn).text((60, 60), text, fill="black", font=font)
    return drawn.convert(mode)


def saved(folder: Path, name: str, *pages: Image.Image) -> Path:
    path = folder / name
    first, *rest = pages or (picture(),)
    first.save(path, **({"save_all": True, "append_images": rest} if rest else {}))
    return path


@pytest.mark.parametrize("suffix", ["png", "jpg", "tiff", "webp", "bmp", "gif"])
def test_every_kind(tmp_path: Path, suffix: str) -> None:
    document = image.read(saved(tmp_path, f"minutes.{suffix}"), "minutes")
    assert document.text == LINE
    assert document.title == "minutes"
    assert dict(document.metadata) == {"page_count": 1, "ocr_pages": [1]}


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "LA"])
def test_every_mode(tmp_path: Path, mode: str) -> None:
    drawn = picture(mode="L" if mode == "I;16" else mode)
    if mode == "I;16":
        drawn = Image.frombytes(mode, drawn.size, bytes(b for v in drawn.tobytes() for b in (v, v)))
    assert image.read(saved(tmp_path, "a.tiff", drawn), "a").text == LINE


def test_the_pages_of_a_tiff(tmp_path: Path) -> None:
    other = "The meeting ended at noon without a vote."
    blank = Image.new("L", (500, 500), 255)
    path = saved(tmp_path, "a.tiff", picture(mode="L"), blank, picture(other, "L"))
    document = load(path)
    texts = [document.text[page.start : page.end] for page in document.pages]
    assert texts == [f"{LINE}\n\n", "", other]
    assert document.metadata["ocr_pages"] == [1, 3]
    assert document.metadata["page_count"] == 3


def test_an_animation_is_one_picture(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.gif", picture(), picture("Another frame of it comes here."))
    assert load(path).text == LINE


def test_transparent_pictures_stand_on_white(tmp_path: Path) -> None:
    drawn = Image.new("RGBA", (1400, 200), (0, 0, 0, 0))
    font = ImageFont.load_default(36)
    ImageDraw.Draw(drawn).text((60, 60), LINE, fill=(0, 0, 0, 255), font=font)
    assert load(saved(tmp_path, "a.png", drawn)).text == LINE


def test_a_turned_photograph(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    path = tmp_path / "a.jpg"
    picture().transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)
    assert load(path).text == LINE


@pytest.mark.parametrize("text", ["", "3 - 4", "ok go"])
def test_noise_is_no_text(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoText, match="no readable text") as caught:
        load(saved(tmp_path, "a.png", picture(text)))
    assert caught.value.help


def test_without_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, "a.png")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoText) as caught:
        load(path, "a.png")
    assert caught.value.message == "a.png has no text layer."
    assert "apt install tesseract-ocr" in caught.value.help


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_bomb_is_refused(tmp_path: Path, side: int) -> None:
    def part(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(bytes(1000)))
    )
    with pytest.raises(LoadError, match="more pixels") as caught:
        load(path)
    assert caught.value.help


@pytest.mark.parametrize("suffix", ["png", "jpg", "tiff", "webp", "bmp", "gif"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_truncated_files_are_damaged(tmp_path: Path, suffix: str, share: float) -> None:
    path = saved(tmp_path, f"a.{suffix}")
    content = path.read_bytes()
    path.write_bytes(content[: max(30, int(len(content) * share))])
    with pytest.raises(DamagedFile) as caught:
        image.read(path, "a")
    assert caught.value.message.startswith("a is damaged")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), suffix=st.sampled_from(["png", "jpg", "tiff", "webp", "gif"]))
def test_broken_bytes_end_in_text_or_a_named_error(tmp_path: Path, seed: int, suffix: str) -> None:
    dice = random.Random(seed)
    small = picture().resize((350, 50))
    content = bytearray(saved(tmp_path, f"a.{suffix}", small).read_bytes())
    for _ in range(dice.randrange(1, 20)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path = tmp_path / f"b.{suffix}"
    path.write_bytes(content)
    try:
        assert image.read(path, "b").text
    except LoadError as error:
        assert error.message.startswith("b ") and error.help


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test_llm.jpg", 'mention the string "5bda1dd6"'),
        ("webp-test.webp", "Docling bundles PDF document conversion"),
        ("2206.01062.tif", "DocLayNet: A Large Human-Annotated Dataset"),
    ],
)
def test_real_pictures(shared: Path, name: str, words: str) -> None:
    found = list((shared / "files").rglob(name))
    if not found:
        pytest.skip("needs the sample files")
    assert words in image.read(found[0], name).text
