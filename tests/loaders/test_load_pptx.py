from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches

from tercet.errors import DamagedFile, EncryptedFile
from tercet.loaders import load
from tercet.types import Heading, Page

BOX = (Inches(1), Inches(1), Inches(4), Inches(2))


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    made = Presentation()
    title, content, blank = made.slide_layouts[0], made.slide_layouts[1], made.slide_layouts[6]
    opening = made.slides.add_slide(title)
    opening.shapes.title.text = "Strategy"
    opening.placeholders[1].text = "Board meeting"
    points = made.slides.add_slide(content)
    points.shapes.title.text = "Goals"
    frame = points.placeholders[1].text_frame
    frame.text = "Grow"
    for text, level in (("In Asia", 1), ("Save", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    points.notes_slide.notes_text_frame.text = "Speak slowly.\nSmile."
    figures = made.slides.add_slide(blank)
    table = figures.shapes.add_table(2, 2, *BOX).table
    for at, text in enumerate(["Item", "2023", "Revenue", "1|234"]):
        table.cell(at // 2, at % 2).text = text
    group = figures.shapes.add_group_shape()
    group.shapes.add_textbox(*BOX).text_frame.text = "Inside the group"
    made.core_properties.author = "Ann; Bob"
    made.core_properties.title = ""
    made.core_properties.created = datetime.datetime(2024, 5, 6, 7, 8)
    path = tmp_path / "deck.pptx"
    made.save(str(path))
    return path


TEXT = (
    "# Strategy\n\nBoard meeting\n\n"
    "## Goals\n\n- Grow\n  - In Asia\n- Save\n\nNotes:\nSpeak slowly.\nSmile.\n\n"
    "## Slide 3\n\n| Item | 2023 |\n| --- | --- |\n| Revenue | 1\\|234 |\n\nInside the group"
)


def test_slides_titles_lists_notes_tables_and_groups(deck: Path) -> None:
    document = load(deck)
    assert document.text == TEXT
    assert document.title == "Strategy"
    assert document.headings == (
        Heading(1, "Strategy", 0),
        Heading(2, "Goals", TEXT.index("## Goals")),
        Heading(2, "Slide 3", TEXT.index("## Slide 3")),
    )


def test_slides_are_pages_that_tile_the_text(deck: Path) -> None:
    second, third = TEXT.index("## Goals"), TEXT.index("## Slide 3")
    assert load(deck).pages == (
        Page(1, 0, second),
        Page(2, second, third),
        Page(3, third, len(TEXT)),
    )


def test_properties(deck: Path) -> None:
    metadata = load(deck).metadata
    assert metadata["author"] == ["Ann", "Bob"]
    assert metadata["created"] == "2024-05-06"
    assert metadata["page_count"] == 3
    assert "description" not in metadata  # the library's own remark


def test_a_chart_gives_its_values(tmp_path: Path) -> None:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Sales"
    data = CategoryChartData()
    data.categories = ["North", "South"]
    data.add_series("2023", (1.0, 2.5))
    data.add_series("2024", (3, None))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "By region"
    made.save(str(tmp_path / "chart.pptx"))
    assert load(tmp_path / "chart.pptx").text == (
        "## Sales\n\nBy region\n\n| Category | 2023 | 2024 |\n| --- | --- | --- |\n"
        "| North | 1 | 3 |\n| South | 2.5 |  |"
    )


def test_a_diagram_gives_its_texts(tmp_path: Path) -> None:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Steps"
    data = (
        '<d:dataModel xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:ptLst>'
        "<d:pt><d:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></d:t></d:pt><d:pt/>"
        "<d:pt><d:t><a:p><a:r><a:t>Do</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"
    )
    name = PackURI("/ppt/diagrams/data1.xml")
    part = Part(name, CONTENT_TYPE.DML_DIAGRAM_DATA, slide.part.package, data.encode())
    frame = slide.shapes.add_table(1, 1, *BOX)._element
    graphic = next(frame.iter("{*}graphicData"))
    graphic.clear()
    diagram = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
    etree.SubElement(graphic, diagram).set(
        relation, slide.part.relate_to(part, RELATIONSHIP_TYPE.DIAGRAM_DATA)
    )
    made.save(str(tmp_path / "deck.pptx"))
    assert load(tmp_path / "deck.pptx").text == "## Steps\n\n- Plan\n- Do"


def changed(path: Path, name: str, old: str, new: str) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {info: archive.read(info) for info in archive.namelist()}
    assert old.encode() in members[name]
    members[name] = members[name].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for info, content in members.items():
            archive.writestr(info, content)
    return path


@pytest.mark.parametrize("kind", ["slideshow", "template"])
def test_slide_shows_and_templates_are_read_too(deck: Path, kind: str) -> None:
    changed(deck, "[Content_Types].xml", "presentation.main+xml", f"{kind}.main+xml")
    assert load(deck).text == TEXT


def test_an_alternative_is_read_once(deck: Path) -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    run = "<a:r><a:t>Inside the group</a:t></a:r>"
    both = (
        f'<mc:AlternateContent {mc}><mc:Choice Requires="a14">{run}</mc:Choice>'
        f"<mc:Fallback>{run}</mc:Fallback></mc:AlternateContent>"
    )
    assert load(changed(deck, "ppt/slides/slide3.xml", run, both)).text == TEXT


def test_an_empty_slide_is_an_empty_page(tmp_path: Path) -> None:
    made = Presentation()
    made.slides.add_slide(made.slide_layouts[6])
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "Only one"
    made.save(str(tmp_path / "deck.pptx"))
    document = load(tmp_path / "deck.pptx")
    assert document.text == "## Only one"
    assert document.pages == (Page(1, 0, 0), Page(2, 0, 11))


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_truncated_files_are_damaged(deck: Path, share: float) -> None:
    deck.write_bytes(deck.read_bytes()[: int(deck.stat().st_size * share)])
    with pytest.raises(DamagedFile, match=r"deck\.pptx is damaged"):
        load(deck)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("ppt/slides/slide2.xml", "</p:sld>", ""),
        ("[Content_Types].xml", "PartName=", "Part="),
        ("ppt/presentation.xml", "r:id=", "r:xx="),
        ("ppt/_rels/presentation.xml.rels", "slides/slide1.xml", "slides/none.xml"),
    ],
)
def test_broken_parts_are_damage(deck: Path, name: str, old: str, new: str) -> None:
    with pytest.raises(DamagedFile) as caught:
        load(changed(deck, name, old, new))
    assert caught.value.help


def test_an_encrypted_zip(deck: Path) -> None:
    content = bytearray(deck.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    deck.write_bytes(content)
    with pytest.raises(EncryptedFile, match="password"):
        load(deck)


def test_real_decks(shared: Path) -> None:
    folder = shared / "files/docling-project__docling/tests/data/pptx/sources"
    sample = load(folder / "powerpoint_sample.pptx")
    assert [heading.text for heading in sample.headings] == [
        "Test Table Slide",
        "Second slide title",
        "Slide 3",
    ]
    assert "| R3 | False |  |  |  | False |  |\n" in sample.text
    assert sample.text.endswith("Notes:\nFinal notes on the third slide.\nSecond line of notes.")
    odd = load(folder / "powerpoint_unrecognized_shape.pptx")
    assert "Text in an unrecognized shape" in odd.text
    pictures = load(folder / "powerpoint_malformed_pictures.pptx")
    assert "Slide With Dangling Rel" in pictures.text


def test_a_real_deck_with_table_chart_and_groups(shared: Path) -> None:
    folder = shared / "files/microsoft__markitdown/packages/markitdown/tests/test_files"
    document = load(folder / "test.pptx")
    assert document.title.startswith("AutoGen: Enabling Next-Gen LLM Applications")
    assert "| 7 | 8 | 9 | 1b92870d-e3b5-4e65-8153-919f4ff45592 | 11 | 12 |" in document.text
    assert "a3f6004b-6f4f-4ea8-bee3-3741f4dc385f\n\n| Category | Series 1 |" in document.text
    assert "in 2 shapes\n- Comment 1\n- Comment 2:\n  - Sub comment 2" in document.text
