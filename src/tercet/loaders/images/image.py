"""Pictures of text, by OCR: PNG, JPEG, TIFF, WebP, BMP, GIF."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.errors import DamagedFile, LoadError, NoText
from tercet.loaders.images import ocr
from tercet.types import Document, MetadataValue, Page

if TYPE_CHECKING:
    from PIL.Image import Image

_GAP = "\n\n"  # between the pages; it belongs to the earlier one
_MOST_PAGES = 500
_MANY_PAGES = ("TIFF",)  # in the others, a second picture is the next of an animation
_DAMAGE = (
    OSError,  # Pillow's own errors are such
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def read(path: Path, source: str) -> Document:
    """The text that tesseract reads in the picture; the pages of a TIFF as pages.

    Title: the name of the file. Metadata: page_count, and ocr_pages, the pages with text.

    Raises `NoText` without tesseract and for pictures without readable text, `LoadError` for
    those with more pixels than Pillow deems safe, and `DamagedFile` for damaged ones.
    """
    if not ocr.available():
        raise ocr.missing(source)
    texts = [ocr.text_of(picture) for picture in _pictures(path, source)]
    found = [number for number, text in enumerate(texts, 1) if text]
    if not found:
        raise NoText(
            f"{source} holds no readable text.",
            "Leave it out, or scan it again larger and with more contrast.",
        )
    text, pages = _composed(texts)
    metadata: dict[str, MetadataValue] = {"page_count": len(pages), "ocr_pages": list(found)}
    return Document(text=text, source=source, title=path.stem, pages=pages, metadata=metadata)


def _composed(texts: list[str]) -> tuple[str, tuple[Page, ...]]:
    blocks = [text + (_GAP if text else "") for text in texts[:-1]] + texts[-1:]
    pages: list[Page] = []
    start = 0
    for number, block in enumerate(blocks, 1):
        pages.append(Page(number, start, start + len(block)))
        start += len(block)
    return "".join(blocks), tuple(pages)


def _pictures(path: Path, source: str) -> Iterator[Image]:
    """The pages, turned as they are meant to be seen, on white where they are transparent."""
    with path.open("rb"):
        pass  # "permission denied" must not be mistaken for damage below
    with _damage_named(source):
        from PIL import Image

        with Image.open(path) as image:
            count = getattr(image, "n_frames", 1) if image.format in _MANY_PAGES else 1
            _check_count(count, source)
            for number in range(count):
                image.seek(number)
                yield _upright(image)


def _check_count(count: int, source: str) -> None:
    if count > _MOST_PAGES:
        raise LoadError(
            f"{source} has {count} pages; an image may have {_MOST_PAGES}.",
            "Split it into several files.",
        )


@contextmanager
def _damage_named(source: str) -> Iterator[None]:
    """Gives the errors of Pillow their names; a picture that unfolds too far is refused."""
    from PIL.Image import DecompressionBombError, DecompressionBombWarning

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", DecompressionBombWarning)
            yield
    except (DecompressionBombError, DecompressionBombWarning) as error:
        raise LoadError(
            f"{source} has more pixels than are read safely.",
            "Save it smaller; 300 dots per inch are enough to read text.",
        ) from error
    except _DAMAGE as error:
        raise DamagedFile(
            f"{source} is damaged: it is no readable image ({type(error).__name__}).",
            "Open it in an image viewer and save it again, or restore it from a backup.",
        ) from error


def _upright(image: Image) -> Image:
    from PIL import Image, ImageOps

    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I"):  # 16 bits: converted as they are, all would be white
        return turned.convert("I").point(lambda value: value / 256).convert("L")
    if "A" in turned.getbands() or "transparency" in turned.info:
        white = Image.new("RGBA", turned.size, "white")
        turned = Image.alpha_composite(white, turned.convert("RGBA"))
    return turned.convert("L")
