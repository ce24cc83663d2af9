from __future__ import annotations

import base64
import datetime
import io
import zipfile
from pathlib import Path

import docx
import pytest

from tercet.errors import DamagedFile, EncryptedFile, LoadError
from tercet.loaders import load

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    document = docx.Document()
    document.add_heading("Annual report", 0)
    document.add_heading("Results", 1)
    document.add_paragraph("Revenue rose by 5 % in snake_case_units.")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Item", "2023", "Revenue", "1,234"], strict=True):
        cell.text = text
    document.add_picture(io.BytesIO(PIXEL))
    document.add_heading("Outlook", 2)
    document.add_paragraph("First", style="List Bullet")
    properties = document.core_properties
    properties.title, properties.author, properties.category = "The report", "Ann", "Finance"
    properties.keywords = "revenue; growth"
    properties.created = datetime.datetime(2024, 5, 6, 7, 8)
    properties.modified = datetime.datetime(2024, 6, 7)
    path = tmp_path / "report.docx"
    document.save(str(path))
    return path


def rewritten(path: Path, changes: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()} | changes
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return path


def test_text_headings_and_tables(report: Path) -> None:
    document = load(report)
    assert document.text == (
        "# Annual report\n\n# Results\n\nRevenue rose by 5 % in snake_case_units.\n\n"
        "| Item | 2023 |\n| --- | --- |\n| Revenue | 1,234 |\n\n## Outlook\n\n- First"
    )
    assert [(h.level, h.text) for h in document.headings] == [
        (1, "Annual report"),
        (1, "Results"),
        (2, "Outlook"),
    ]
    for heading in document.headings:
        assert document.text[heading.start :].lstrip("# ").startswith(heading.text)


def test_properties(report: Path) -> None:
    document = load(report)
    assert document.title == "The report"
    assert dict(document.metadata) == {
        "author": "Ann",
        "category": "Finance",
        "created": "2024-05-06",
        "format": "docx",
        "keywords": ["revenue", "growth"],
        "modified": "2024-06-07",
        "page_count": 1,
    }


def test_content_decides_not_the_name(report: Path) -> None:
    assert load(report.rename(report.with_suffix(".bin"))).metadata["format"] == "docx"


@pytest.mark.parametrize(
    "core",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x xmlns:d="d"><d:title>&a;</d:title></x>',
        b"<broken",
        b"<empty/>",
    ],
)
def test_odd_properties_do_not_spoil_the_text(report: Path, core: bytes) -> None:
    document = load(rewritten(report, {"docProps/core.xml": core}))
    assert document.title == "Annual report"
    assert "Revenue rose" in document.text


def test_broken_xml_is_damage(report: Path) -> None:
    with pytest.raises(DamagedFile):
        load(rewritten(report, {"word/document.xml": b"<w:document"}))


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.99])
def test_truncated_files_are_damaged(report: Path, share: float) -> None:
    content = report.read_bytes()
    report.write_bytes(content[: max(40, int(len(content) * share))])
    with pytest.raises(DamagedFile) as caught:
        load(report)
    assert caught.value.help


def test_an_encrypted_zip(report: Path) -> None:
    content = bytearray(report.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag of the first member in the central directory
    report.write_bytes(content)
    with pytest.raises(EncryptedFile, match="password"):
        load(report)


def test_a_zip_bomb_is_refused_before_it_unfolds(report: Path) -> None:
    content = bytearray(report.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 24 : at + 28] = (2**31).to_bytes(4, "little")  # stated size, unpacked
    report.write_bytes(content)
    with pytest.raises(LoadError, match="gigabyte"):
        load(report)
