"""Opens PDF files, for one thread at a time, and names what is wrong with them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.errors import DamagedFile, EncryptedFile, LoadError

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

# pdfium keeps global state and must not be entered by two threads at once.
_LOCK = threading.Lock()


@contextmanager
def opened(path: Path, source: str) -> Iterator[PdfDocument]:
    """The document, while no other thread has one.

    Raises `EncryptedFile` when a password is needed and `DamagedFile` when pdfium finds no PDF.
    """
    import pypdfium2

    with path.open("rb"):
        pass  # pdfium would call an unreadable file damaged
    with _LOCK:
        try:
            pdf = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise _refusal(source, error.err_code) from error
        with closing(pdf):
            yield pdf


def _refusal(source: str, code: int | None) -> LoadError:
    import pypdfium2.raw as pdfium

    if code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return EncryptedFile(
            f"{source} is encrypted and needs a password.",
            "Open it in a PDF viewer with the password and save or print it without one.",
        )
    return damaged(source, "pdfium finds no readable PDF in it")


def damaged(source: str, reason: str) -> DamagedFile:
    return DamagedFile(
        f"{source} is damaged: {reason}.",
        "Fetch it again, or open it in a PDF viewer and save it anew.",
    )
