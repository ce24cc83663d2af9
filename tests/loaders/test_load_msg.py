from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tercet.errors import DamagedFile, LoadError
from tercet.loaders.mail.mapi import codec
from tercet.loaders.mail.packed_rtf import unpacked
from tercet.loaders.registry import Loaded, load_all
from tercet.types import Document
from tests.loaders.ole import Tree, binary, narrow, ole, properties, texts

Write = Callable[[str, bytes | str], Path]

PROPERTIES = "__properties_version1.0"
SENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
# The first example of MS-OXRTFCP.
PACKED_RTF = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af320"
    "68656c090020627705b06c647d0a800fa0"
)


def stored(rtf: bytes) -> bytes:
    return struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf


def recipient(kind: int, name: str, address: str) -> Tree:
    return {PROPERTIES: properties(8, {0x0C15: kind}), **texts({0x3001: name, 0x39FE: address})}


def attachment(name: str, content: bytes) -> Tree:
    return {
        PROPERTIES: properties(8, {0x3705: 1}),
        **texts({0x3707: name}),
        **binary({0x3701: content}),
    }


def mail(
    subject: str = "Grüße", body: str = "Hello Bob,\r\n\r\nlunch?\r\n", head: int = 32
) -> dict[str, bytes | Tree]:
    return {
        PROPERTIES: properties(head, {0x0039: SENT, 0x3FFD: 1252}),
        **texts({0x0037: subject, 0x1000: body, 0x0C1A: "Ann Müller", 0x5D01: "ann@example.com"}),
    }


def loaded(path: Path) -> Loaded:
    return load_all(path, path.name, path.parent / f"spool of {path.name}")


def document(path: Path) -> Document:
    found = loaded(path).document
    assert found is not None
    return found


def members(found: Loaded) -> dict[str, bytes]:
    return {member.name: member.path.read_bytes() for member in found.members}


def test_text_title_and_metadata(write: Write) -> None:
    tree = mail() | {
        **texts({0x1035: "<1@example.com>", 0x0E04: "not this"}),
        "__recip_version1.0_#00000000": recipient(1, "Lee, Bob", "bob@example.com"),
        "__recip_version1.0_#00000001": recipient(1, "", "carl@example.com"),
        "__recip_version1.0_#00000002": recipient(2, "Dörte", "d@example.com"),
        "__recip_version1.0_#00000003": recipient(3, "Hidden", "h@example.com"),
    }
    found = document(write("a.msg", ole(tree)))
    assert found.text == (
        "Subject: Grüße\n"
        "From: Ann Müller <ann@example.com>\n"
        "To: Lee, Bob <bob@example.com>, carl@example.com\n"
        "Cc: Dörte <d@example.com>\n"
        "Date: Mon, 06 May 2024 07:08:09 +0000\n\n"
        "Hello Bob,\n\nlunch?"
    )
    assert found.title == "Grüße"
    assert {k: v for k, v in found.metadata.items() if k != "modified"} == {
        "author": "Ann Müller",
        "cc": ["Dörte <d@example.com>"],
        "date": "2024-05-06T07:08:09+00:00",
        "format": "msg",
        "from": "Ann Müller <ann@example.com>",
        "message_id": "<1@example.com>",
        "subject": "Grüße",
        "to": ["Lee, Bob <bob@example.com>", "carl@example.com"],
    }


def test_a_long_body(write: Write) -> None:
    body = "A line of the body.\n" * 5000
    assert document(write("a.msg", ole(mail(body=body)))).text.endswith("\n\n" + body.strip())


def test_recipients_as_they_are_displayed(write: Write) -> None:
    tree = mail() | texts({0x0E04: "Bob Lee; Carl", 0x0E03: "Dora"})
    found = document(write("a.msg", ole(tree)))
    assert (found.metadata["to"], found.metadata["cc"]) == (["Bob Lee", "Carl"], ["Dora"])


@pytest.mark.parametrize(
    ("addresses", "sender"),
    [
        ({0x0C1F: "/O=EXCHANGE/CN=ANN", 0x0065: "ann@b.c"}, "Ann Müller <ann@b.c>"),
        ({0x0C1F: "ann@b.c"}, "Ann Müller <ann@b.c>"),
        ({0x0C1F: "/O=EXCHANGE/CN=ANN"}, "Ann Müller"),
    ],
)
def test_addresses_of_the_sender(write: Write, addresses: dict[int, str], sender: str) -> None:
    tree = mail() | texts({0x5D01: "", **addresses})
    assert document(write("a.msg", ole(tree))).metadata["from"] == sender


def test_8_bit_texts_have_the_code_page_of_the_mail(write: Write) -> None:
    tree = {
        PROPERTIES: properties(32, {0x3FFD: 1251}),
        **narrow({0x0037: "Привет".encode("cp1251"), 0x1000: "мир\0".encode("cp1251")}),
        "__attach_version1.0_#00000000": {
            PROPERTIES: properties(8, {}),
            **narrow({0x3704: "отчёт.txt".encode("cp1251")}),
            **binary({0x3701: b"x"}),
        },
    }
    found = loaded(write("a.msg", ole(tree)))
    assert found.document and found.document.text == "Subject: Привет\n\nмир"
    assert members(found) == {"отчёт.txt": b"x"}


@pytest.mark.parametrize(
    ("page", "name"),
    [(1252, "cp1252"), (65001, "utf-8"), (28592, "iso-8859-2"), (20866, "koi8-r"), (0, "")],
)
def test_code_pages(page: int, name: str) -> None:
    assert codec(page) == name


def test_html_is_taken_where_there_is_no_plain_body(write: Write) -> None:
    tree = mail(body=" \r\n") | {
        PROPERTIES: properties(32, {0x3FDE: 28591}),
        **binary({0x1013: "<h1>Menü</h1><p>Dear <b>Bob</b>".encode("latin-1")}),
    }
    found = document(write("a.msg", ole(tree)))
    assert found.text.endswith("\n\n# Menü\n\nDear **Bob**")
    assert [(h.level, h.text) for h in found.headings] == [(1, "Menü")]


def test_rtf_is_taken_where_there_is_no_other_body(write: Write) -> None:
    tree = mail(body="") | binary({0x1009: PACKED_RTF})
    text = document(write("a.msg", ole(tree))).text
    assert text == "Subject: Grüße\nFrom: Ann Müller <ann@example.com>\n" + (
        "Date: Mon, 06 May 2024 07:08:09 +0000\n\nhello world"
    )


def test_rtf_with_characters_beyond_16_bits(write: Write) -> None:
    rtf = rb"{\rtf1\ansi\ansicpg1252 caf\'e9 \u-10179?\u-8704?}"
    text = document(write("a.msg", ole(mail(body="") | binary({0x1009: stored(rtf)})))).text
    assert text.endswith("\n\ncafé 😀")


@pytest.mark.parametrize(
    "packed", [PACKED_RTF[:9], b"\0" * 40, stored(b"{\\rtf1\\ansicpg99999 \\'ff}")]
)
def test_a_damaged_rtf_body_costs_only_the_body(write: Write, packed: bytes) -> None:
    tree = mail(body="") | binary({0x1009: packed})
    assert document(write("a.msg", ole(tree))).text.endswith("+0000")


def test_the_date_in_the_headers_is_the_last_resort(write: Write) -> None:
    tree = mail() | {PROPERTIES: properties(32, {})}
    tree |= texts({0x007D: "Received: x\r\nDate: Mon, 06 May 2024 07:08:09 +0200\r\n"})
    assert document(write("a.msg", ole(tree))).metadata["date"] == "2024-05-06T07:08:09+02:00"


def test_attachments_are_members(write: Write) -> None:
    tree = mail() | {
        "__attach_version1.0_#00000000": attachment("Größe.pdf", b"%PDF" * 2000),
        "__attach_version1.0_#00000001": attachment("C:\\x\\..\\y.txt", b"y"),
        "__attach_version1.0_#00000002": attachment("", b"z"),
        "__attach_version1.0_#00000003": attachment("link only.txt", b""),
    }
    found = loaded(write("a.msg", ole(tree)))
    assert members(found) == {"Größe.pdf": b"%PDF" * 2000, "y.txt": b"y", "attachment": b"z"}


def test_a_mail_within_is_a_member_and_so_are_its_attachments(write: Write) -> None:
    inner = mail('In/side "out"', "inner ☺", head=24) | {
        "__recip_version1.0_#00000000": recipient(1, 'Lee, "Bob"', "bob@example.com"),
        "__attach_version1.0_#00000000": attachment("x.txt", b"x"),
    }
    tree = mail() | {
        "__attach_version1.0_#00000000": {
            PROPERTIES: properties(8, {0x3705: 5}),
            "__substg1.0_3701000D": inner,
        }
    }
    found = loaded(write("a.msg", ole(tree)))
    assert list(members(found)) == ['In side "out".eml', 'In side "out"/x.txt']
    within = document(found.members[0].path)
    assert within.text == (
        'Subject: In/side "out"\n'
        "From: Ann Müller <ann@example.com>\n"
        'To: Lee, "Bob" <bob@example.com>\n'
        "Date: Mon, 06 May 2024 07:08:09 +0000\n\n"
        "inner ☺"
    )
    assert within.metadata["date"] == "2024-05-06T07:08:09+00:00"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_files_are_damaged(write: Write, share: float) -> None:
    content = ole(mail(body="body " * 3000))
    with pytest.raises(DamagedFile, match=r"^a\.msg is damaged") as caught:
        # The name of a stream tells what it is, as long as it can be found.
        loaded(write("a.msg", content[: int(len(content) * share)] + MARK))
    assert caught.value.help


MARK = PROPERTIES.encode("utf-16-le")


def test_an_ole_file_without_properties_is_damaged(write: Write) -> None:
    tree = {"folder": {PROPERTIES: b"\0" * 32}}
    with pytest.raises(DamagedFile, match=r"^a\.msg is damaged"):
        loaded(write("a.msg", ole(tree)))


def test_a_stream_that_claims_to_be_larger_than_the_file(write: Write) -> None:
    content = bytearray(ole(mail(body="x" * 5000)))
    at = content.find("__substg1.0_1000001F".encode("utf-16-le"))
    content[at + 120 : at + 124] = struct.pack("<I", 1 << 30)
    with pytest.raises(DamagedFile, match=r"^a\.msg is damaged"):
        loaded(write("a.msg", bytes(content)))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_mail_with_wrong_bytes_gives_text_or_a_load_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    inner = mail("inner", head=24)
    tree = mail() | binary({0x1009: PACKED_RTF}) | {
        "__recip_version1.0_#00000000": recipient(1, "Bob", "b@c.d"),
        "__attach_version1.0_#00000000": attachment("x.txt", b"x" * 5000),
        "__attach_version1.0_#00000001": {PROPERTIES: bytes(8), "__substg1.0_3701000D": inner},
    }  # fmt: skip
    content = bytearray(ole(tree) + MARK)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("fuzz") / "a.msg"
    path.write_bytes(content)
    try:
        found = loaded(path)
    except LoadError as error:
        assert error.message.startswith("a.msg") and error.help
    else:
        text = found.document.text if found.document else ""
        assert "\0" not in text and text.encode().decode() == text


def test_packed_rtf() -> None:
    assert unpacked(PACKED_RTF) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_packed_rtf_that_reaches_into_what_it_makes() -> None:
    """The second example of MS-OXRTFCP."""
    data = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpacked(data) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_rtf_that_is_stored_as_it_is() -> None:
    assert unpacked(stored(b"{\\rtf}") + b"more") == b"{\\rtf}"


@given(st.binary(max_size=200))
def test_packed_rtf_never_fails_and_stays_small(body: bytes) -> None:
    data = struct.pack("<II4sI", len(body), 1 << 31, b"LZFu", 0) + body
    assert len(unpacked(data)) <= 17 * len(body)


@pytest.mark.parametrize("data", [b"", b"LZFu", struct.pack("<II4sI", 9, 9, b"????", 0) + b"x"])
def test_what_is_no_packed_rtf(data: bytes) -> None:
    assert unpacked(data) == b""


def test_real_mails(shared: Path) -> None:
    (outlook,) = (shared / "files").rglob("test_outlook_msg.msg")
    found = load_all(outlook, "mail.msg", Path("spool")).document
    assert found and found.text == (
        "Subject: Test Email Message\n"
        "From: M. C. Kurtuluş <test.sender@example.com>\n"
        "To: test.recipient@example.com\n"
        "Date: Sun, 22 Dec 2024 08:23:00 +0000\n\n"
        "This is the body of the test email message"
    )
    (simple,) = (shared / "files").rglob("msg_simple.msg")
    found = load_all(simple, "mail.msg", Path("spool")).document
    assert found and found.text.endswith("\n\nHello Bob,\n\nThis is a simple email body.")
    assert found.metadata["to"] == ["Bob Example <bob@example.com>"]
