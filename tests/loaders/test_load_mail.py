from __future__ import annotations

import base64
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tercet.errors import DamagedFile, EncryptedFile, LoadError, NoText
from tercet.loaders.mail.headers import decoded, moment, persons
from tercet.loaders.registry import Loaded, load_all
from tercet.types import Document

Write = Callable[[str, bytes | str], Path]
HEAD = "Subject: Lunch\nFrom: Ann Lee <ann@example.com>\nTo: bob@example.com\n"
SHOWN = "Subject: Lunch\nFrom: Ann Lee <ann@example.com>\nTo: bob@example.com\n\n"


def loaded(path: Path) -> Loaded:
    return load_all(path, path.name, path.parent / f"spool of {path.name}")


def document(path: Path) -> Document:
    found = loaded(path).document
    assert found is not None
    return found


def members(found: Loaded) -> dict[str, bytes]:
    return {member.name: member.path.read_bytes() for member in found.members}


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Grüße aus Zürich"
    message["From"] = "Ann Müller <ann@example.com>"
    message["To"] = '"Lee, Bob" <bob@example.com>, carl@example.com'
    message["Cc"] = "Dörte <d@example.com>"
    message["Date"] = "Mon, 06 May 2024 07:08:09 +0200"
    message["Message-ID"] = "<1@example.com>"
    message.set_content("Hello Bob,\n\nlunch at noon?\n-----\nAnn ☺\n")
    return message


def test_text_title_and_metadata(message: EmailMessage, write: Write) -> None:
    found = document(write("a.eml", message.as_bytes(policy=SMTP)))
    assert found.text == (
        "Subject: Grüße aus Zürich\n"
        "From: Ann Müller <ann@example.com>\n"
        "To: Lee, Bob <bob@example.com>, carl@example.com\n"
        "Cc: Dörte <d@example.com>\n"
        "Date: Mon, 06 May 2024 07:08:09 +0200\n\n"
        "Hello Bob,\n\nlunch at noon?\n-----\nAnn ☺"
    )
    assert found.title == "Grüße aus Zürich"
    assert found.headings == ()
    assert {k: v for k, v in found.metadata.items() if k != "modified"} == {
        "author": "Ann Müller",
        "cc": ["Dörte <d@example.com>"],
        "date": "2024-05-06T07:08:09+02:00",
        "format": "eml",
        "from": "Ann Müller <ann@example.com>",
        "message_id": "<1@example.com>",
        "subject": "Grüße aus Zürich",
        "to": ["Lee, Bob <bob@example.com>", "carl@example.com"],
    }


def test_a_mail_is_known_without_its_suffix(message: EmailMessage, write: Write) -> None:
    assert document(write("a", message.as_bytes())).metadata["format"] == "eml"


def test_the_plain_body_is_taken_before_html(message: EmailMessage, write: Write) -> None:
    message.add_alternative("<h1>Other</h1>", subtype="html")
    text = document(write("a.eml", message.as_bytes())).text
    assert "lunch at noon" in text and "Other" not in text


def test_html_is_taken_where_the_plain_body_is_blank(message: EmailMessage, write: Write) -> None:
    message.set_content(" \n\n")
    message.add_alternative(
        "<h1>Menu</h1><p>Dear <b>Bob</b></p><table><tr><td>a</td><td>b</td></tr></table>",
        subtype="html",
    )
    found = document(write("a.eml", message.as_bytes()))
    body = "# Menu\n\nDear **Bob**\n\n| a | b |\n| --- | --- |"
    assert found.text.endswith(f"+0200\n\n{body}")
    assert [(h.level, h.text) for h in found.headings] == [(1, "Menu")]
    assert found.text[found.headings[0].start :] == body
    assert found.title == "Grüße aus Zürich"


def test_attachments_are_members(message: EmailMessage, write: Write) -> None:
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Größe.pdf")
    message.add_attachment("a,b", subtype="csv", filename="C:\\data\\x.csv")
    message.add_attachment(b"\x00\x01", maintype="application", subtype="pdf")
    found = loaded(write("a.eml", message.as_bytes()))
    assert members(found) == {
        "Größe.pdf": b"%PDF-1.4",
        "x.csv": b"a,b\n",
        "attachment.pdf": b"\x00\x01",
    }
    assert found.document and found.document.text.endswith("lunch at noon?\n-----\nAnn ☺")


def test_pictures_without_a_name_and_signatures_are_left_out(
    message: EmailMessage, write: Write
) -> None:
    message.add_related(b"png", "image", "png", cid="<1>", disposition="inline")
    message.add_related(b"jpg", "image", "jpeg", filename="plan.jpg", disposition="inline")
    message.add_attachment(b"sig", "application", "pgp-signature", filename="signature.asc")
    assert members(loaded(write("a.eml", message.as_bytes()))) == {"plan.jpg": b"jpg"}


def test_a_mail_within_is_a_member_with_its_own_attachments(
    message: EmailMessage, write: Write
) -> None:
    message.add_attachment("x", filename="x.txt")
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("see below")
    outer.add_attachment(message)
    found = loaded(write("a.eml", outer.as_bytes()))
    assert found.document and found.document.text == "Subject: Fwd\n\nsee below"
    assert list(members(found)) == ["Grüße aus Zürich.eml"]
    inner = loaded(found.members[0].path)
    assert inner.document and inner.document.title == "Grüße aus Zürich"
    assert "lunch at noon?" in inner.document.text
    assert members(inner) == {"x.txt": b"x\n"}


def test_a_mail_within_in_base64(write: Write) -> None:
    inner = base64.encodebytes(b"Subject: In/side: out\n\nhello").decode()
    content = (
        f"{HEAD}Content-Type: multipart/mixed; boundary=x\n\n--x\n\nouter\n"
        f"--x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n--x--\n"
    )
    found = loaded(write("a.eml", content))
    assert members(found) == {"In side: out.eml": b"Subject: In/side: out\n\nhello"}


def test_all_texts_of_a_mixed_mail_belong_to_the_body(write: Write) -> None:
    content = (
        f"{HEAD}Content-Type: multipart/mixed; boundary=x\n\n--x\n\nbefore\n"
        "--x\nContent-Type: image/png\n\nnothing\n"
        "--x\nContent-Type: text/plain\n\nafter\n--x--\n"
    )
    found = loaded(write("a.eml", content))
    assert found.document and found.document.text == f"{SHOWN}before\n\nafter"
    assert found.members == ()


def test_reports_for_machines_are_left_out(write: Write) -> None:
    content = (
        f"{HEAD}Content-Type: multipart/report; boundary=x\n\n--x\n\nnot delivered\n"
        "--x\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n\nAction: failed\n--x--\n"
    )
    assert document(write("a.eml", content)).text == f"{SHOWN}not delivered"


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/plain; charset=iso-8859-1", b"caf\xe9 \x80", "café €"),
        ("text/plain; charset=windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("text/plain; charset=gb2312", "你好".encode("gb18030"), "你好"),
        ("text/plain; charset=nonsense", "Grüße".encode(), "Grüße"),
        ("text/plain; charset=us-ascii", "Grüße".encode(), "Grüße"),
        ("text/plain; charset=utf-8", b"caf\xe9", "café"),
        ("text/plain; charset=unicode_escape", b"\\ud800", "\\ud800"),
        ("text/plain; charset=base64", b"abc", "abc"),
        ('text/plain; charset="utf-8', "ü".encode(), "ü"),
        ("text/plain; charset*=x'y'z", b"abc", "abc"),
        ("text/plain; charset=\xff", b"abc", "abc"),
        ("nonsense", b"abc", "abc"),
        ("multipart/mixed", b"abc", "abc"),
        ("multipart/mixed; boundary=x", b"--x\n\nabc", "abc"),
        ("text/html; charset=utf-8", "<p>Grüße<br>Ann".encode(), "Grüße  \nAnn"),
    ],
)
def test_bodies_of_all_kinds(write: Write, kind: str, body: bytes, text: str) -> None:
    content = f"{HEAD}Content-Type: {kind}\n\n".encode("latin-1") + body
    assert document(write("a.eml", content)).text == SHOWN + text


@pytest.mark.parametrize("encoding", ["base64", "Base64 ", "BASE64"])
def test_a_body_in_base64_that_breaks_off(write: Write, encoding: str) -> None:
    body = base64.b64encode(b"Hello, this is a long text.").decode()[:18]
    content = f"{HEAD}Content-Transfer-Encoding: {encoding}\n\n{body}"
    assert document(write("a.eml", content)).text == f"{SHOWN}Hello, this i"


def test_a_mail_without_a_body_is_its_header(write: Write) -> None:
    assert document(write("a.eml", HEAD)).text == SHOWN.strip()


def test_a_mail_without_a_subject_is_titled_after_its_file(write: Write) -> None:
    assert document(write("note.eml", "To: a@example.com\n\nhi")).title == "note"


def test_a_byte_order_mark_and_blank_lines_before_the_header(write: Write) -> None:
    assert document(write("a.eml", f"\ufeff\r\n\r\n{HEAD}\nhi")).text == f"{SHOWN}hi"


def test_a_date_that_is_none_stays_as_it_is(write: Write) -> None:
    found = document(write("a.eml", "Subject: x\nDate: some day\n\nhi"))
    assert found.text == "Subject: x\nDate: some day\n\nhi"
    assert "date" not in found.metadata


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/encrypted; boundary=x",
        "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
    ],
)
def test_encrypted_mails(write: Write, kind: str) -> None:
    with pytest.raises(EncryptedFile, match=r"^a\.eml is encrypted") as caught:
        loaded(write("a.eml", f"{HEAD}Content-Type: {kind}\n\n--x\n\nabc\n--x--"))
    assert caught.value.help


def test_parts_nested_without_end_are_damage_or_text(write: Write) -> None:
    parts = "".join(
        f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(3000)
    )
    begin = time.process_time()
    with pytest.raises(DamagedFile, match=r"^a\.eml is damaged"):
        loaded(write("a.eml", f"{HEAD}{parts}\nhi"))
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    "header",
    [
        "From: " + "(" * 5000,
        "To: " + "<" * 5000,
        "To: " + "a@b," * 5000,
        "Subject: " + "=?utf-8?q?" * 5000,
        "Content-Type: " + "a=b;" * 5000,
        "Content-Disposition: attachment; filename*0*=x''%ff; filename*1=" + "y" * 5000,
        "Date: Mon, 99 Foo 99999 99:99:99 +9999999999",
        "Content-Type: text/plain; charset=" + "x" * 5000,
        "Content-Transfer-Encoding: x-uuencode",
    ],
)
def test_hostile_headers_are_survived_quickly(write: Write, header: str) -> None:
    begin = time.process_time()
    found = loaded(write("a.eml", f"X-A: 1\n{header}\nMessage-ID: <1>\n\nhi"))
    said = found.document.text.encode() if found.document else b""
    assert [content for content in (said, *members(found).values()) if content.endswith(b"hi")]
    assert time.process_time() - begin < 10


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_mail_with_wrong_bytes_gives_text_or_a_load_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Grüße", "Ä <a@b.c>", "x@y.z, q@r.s"
    message["Date"] = "Mon, 06 May 2024 07:08:09 +0200"
    message.set_content("plain ü")
    message.add_alternative("<p>html", subtype="html")
    message.add_attachment(b"1234", "application", "pdf", filename="ü.pdf")
    inner = EmailMessage()
    inner.set_content("inner")
    message.add_attachment(inner)
    content = bytearray(message.as_bytes())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[at] = data.draw(st.sampled_from(b'\n\r\0 :;="<>()@?\\\xff\xc3/-*,a1'))
    path = tmp_path_factory.mktemp("fuzz") / "a.eml"
    path.write_bytes(content)
    try:
        found = loaded(path)
    except LoadError as error:
        assert error.message.startswith("a.eml") and error.help
    else:
        text = found.document.text if found.document else ""
        assert "\0" not in text and text.encode().decode() == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain  text\n folded", "plain text folded"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= an =?iso-8859-1?Q?J=F6rg?=", "Grüße an Jörg"),
        ("=?utf-8?B?R3LDvA==?= =?utf-8?B?w59l?=", "Grüße"),
        ("=?utf-8?B?w?= =?utf-8?B?w58=?=", "=?utf-8?B?w?=ß"),
        ("=?utf-8?q?=C3?=\n =?utf-8?q?=BC?=", "ü"),
        ("=?utf-8*de?q?a_b?=", "a b"),
        ("=?unknown?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        (b"Gr\xc3\xbc\xc3\x9fe".decode("ascii", "surrogateescape"), "Grüße"),
        (b"caf\xe9".decode("ascii", "surrogateescape"), "café"),
        ("a\0b", "ab"),
        ("", ""),
    ],
)
def test_decoded_headers(raw: str, text: str) -> None:
    assert decoded(raw) == text


@given(st.text())
@example("=?utf-8?b?=?=")
@example("=?utf-16?b?2AA=?=")
def test_every_header_is_decoded_to_one_line_of_text(raw: str) -> None:
    text = decoded(raw)
    assert text == " ".join(text.split())
    assert text.encode("utf-8").count(b"\0") == 0


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Ann <a@b.c>", ["Ann <a@b.c>"]),
        ("a@b.c", ["a@b.c"]),
        ('"Lee, Ann" <a@b.c>, Bob <b@b.c>', ["Lee, Ann <a@b.c>", "Bob <b@b.c>"]),
        ("=?utf-8?q?M=C3=BCller=2C_Ann?= <a@b.c>", ["Müller, Ann <a@b.c>"]),
        ('"a@b.c" <a@b.c>', ["a@b.c"]),
        ("team: a@b.c, d@e.f;", ["a@b.c", "d@e.f"]),
        ("undisclosed-recipients:;", ["undisclosed-recipients:;"]),
        ("", []),
    ],
)
def test_persons(raw: str, shown: list[str]) -> None:
    assert [person.shown for person in persons(raw)] == shown


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("Mon, 06 May 2024 07:08:09 +0200", "2024-05-06T07:08:09+02:00"),
        ("6 May 24 07:08 GMT", "2024-05-06T07:08:00+00:00"),
        ("Mon, 06 May 2024 07:08:09 -0000", "2024-05-06T07:08:09+00:00"),
        ("Mon, 06 May 2024 07:08:09 +0200 (CEST)", "2024-05-06T07:08:09+02:00"),
    ],
)
def test_moments(raw: str, iso: str) -> None:
    found = moment(raw)
    assert found and found.isoformat() == iso


@pytest.mark.parametrize("raw", ["", "soon", "30 Feb 2024", "1 Jan 2024 25:00", "x" * 100])
def test_no_moments(raw: str) -> None:
    assert moment(raw) is None


MBOX = """From ann@example.com Mon May  6 07:08:09 2024
Subject: One
From: Ann <ann@example.com>

From now on at 12:30 we meet.
>From here it is far.
>>From a quote.

From - Tue May  7 07:08:09 2024
Subject: =?utf-8?q?Zw=C3=B6lf/13?=

two

From x@y Wed May  8 07:08:09 2024
To: a@b.c

three
"""


@pytest.mark.parametrize(
    "line",
    [
        "From a@b Mon May  6 07:08:09 2024",
        "From - Mon May 16 07:08:09 2024",
        "From ann at b.c  Mon May  6 07:08 2024",
        "From 1790@xxx Mon May 06 07:08:09 +0000 2024",
        "From a@b Mon, 6 May 2024 07:08:09 +0200",
        "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
    ],
)
def test_lines_that_begin_a_mail(write: Write, line: str) -> None:
    content = f"{line}\nSubject: a\n\nx\n\n{line}\nSubject: b\n\ny\n"
    assert list(members(loaded(write("a.mbox", content)))) == ["1 a.eml", "2 b.eml"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_mail_of_a_mailbox_is_a_member(write: Write, newline: str) -> None:
    found = loaded(write("a.mbox", MBOX.replace("\n", newline)))
    assert found.document is None
    files = members(found)
    assert {n: content.decode().replace("\r\n", "\n") for n, content in files.items()} == {
        "1 One.eml": (
            "Subject: One\nFrom: Ann <ann@example.com>\n\nFrom now on at 12:30 we meet.\n"
            "From here it is far.\n>From a quote.\n\n"
        ),
        "2 Zwölf 13.eml": "Subject: =?utf-8?q?Zw=C3=B6lf/13?=\n\ntwo\n\n",
        "3.eml": "To: a@b.c\n\nthree\n",
    }
    first = document(found.members[0].path)
    body = "From now on at 12:30 we meet.\nFrom here it is far.\n>From a quote."
    assert first.text.endswith(f"\n\n{body}")


def test_a_mailbox_is_known_without_its_suffix(write: Write) -> None:
    assert loaded(write("Inbox", MBOX)).reader.startswith("mbox@")


def test_mails_that_thunderbird_deleted_are_left_out(write: Write) -> None:
    content = MBOX.replace("Subject: One", "X-Mozilla-Status: 0009\nSubject: One")
    assert list(members(loaded(write("a.mbox", content)))) == ["2 Zwölf 13.eml", "3.eml"]


@pytest.mark.parametrize("status", ["0001", "", "zz"])
def test_mails_with_another_status_are_kept(write: Write, status: str) -> None:
    content = MBOX.replace("Subject: One", f"X-Mozilla-Status: {status}\nSubject: One")
    assert len(members(loaded(write("a.mbox", content)))) == 3


def test_a_mailbox_that_breaks_off(write: Write) -> None:
    content = MBOX[: MBOX.index("two")]
    assert list(members(loaded(write("a.mbox", content)))) == ["1 One.eml", "2 Zwölf 13.eml"]


def test_a_text_is_no_mailbox(write: Write) -> None:
    with pytest.raises(DamagedFile, match=r"^a\.mbox is no mailbox") as caught:
        loaded(write("a.mbox", "Just a text.\n\nFrom here to there.\n"))
    assert caught.value.help


def test_a_mailbox_of_one_endless_line(write: Write) -> None:
    content = "From a@b Mon May  6 07:08:09 2024\n" + ">From " * 100_000
    (only,) = members(loaded(write("a.mbox", content))).values()
    assert only.decode() == ("From " + ">From " * 99_999)


def test_a_mailbox_of_separators_only_holds_no_text(write: Write) -> None:
    content = "From a@b Mon May  6 07:08:09 2024\n\n"
    found = loaded(write("a.mbox", content * 3))
    assert [member.path.read_bytes() for member in found.members] == [b"\n"] * 3
    with pytest.raises(NoText):
        loaded(found.members[0].path)


def test_real_mails(shared: Path, tmp_path: Path) -> None:
    folder = next((shared / "files").rglob("eml_simple.eml")).parent
    found = load_all(folder / "eml_with_attachment.eml", "mail.eml", tmp_path)
    assert found.document and found.document.text == (
        "Subject: Email with Attachment\n"
        "From: Alice Example <alice@example.com>\n"
        "To: Bob Example <bob@example.com>\n\n"
        "Hello Bob,\n\nThis email contains an attachment.\n\nBest regards,\nAlice"
    )
    assert members(found) == {
        "test.txt": b"This is a test attachment file.\nIt contains some dummy content.\n"
    }
    simple = load_all(folder / "eml_simple.eml", "mail.eml", tmp_path / "2").document
    assert simple and simple.text.endswith("\n\nHello Bob,\n\nThis is a simple email body.")
