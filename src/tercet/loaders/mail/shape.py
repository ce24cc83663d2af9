"""What mails of every format become: a text with the lines of its header, and metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

from tercet.loaders.decoding import clean, writable
from tercet.loaders.markup.html import to_markdown
from tercet.loaders.markup.markdown import headings
from tercet.types import Document, MetadataValue

_TITLE = 100  # characters of a subject that become a file name
_SPECIAL = re.compile(r'(["\\])')


class Person(NamedTuple):
    """A sender or recipient; one of the two may be empty."""

    name: str
    address: str

    @property
    def shown(self) -> str:
        """As people read it."""
        if not self.name or self.name == self.address:
            return self.address or self.name
        return f"{self.name} <{self.address}>" if self.address else self.name

    @property
    def quoted(self) -> str:
        """As it stands in a header."""
        name = _SPECIAL.sub(r"\\\1", self.name)
        return f'"{name}" <{self.address}>' if name else self.address


class Body(NamedTuple):
    """A piece of what the mail says."""

    text: str
    is_html: bool = False


class Mail(NamedTuple):
    """One mail. `written` is its date as text, for dates that cannot be understood."""

    subject: str = ""
    senders: Sequence[Person] = ()
    to: Sequence[Person] = ()
    cc: Sequence[Person] = ()
    sent: datetime | None = None
    written: str = ""
    message_id: str = ""
    bodies: Sequence[Body] = ()


def document(mail: Mail, path: Path, source: str) -> Document:
    """The mail as a document: header lines, a blank line, the body (HTML as Markdown).

    Title: the subject, or the name of the file. Metadata: from, to and cc (lists), subject,
    date (ISO, with offset), message_id, and author (the sender's name). Headings are those of
    an HTML body.
    """
    bodies = (to_markdown(body.text) if body.is_html else body.text for body in mail.bodies)
    said = "\n\n".join(text for text in map(_trimmed, bodies) if text)
    text = writable(clean("\n\n".join(filter(None, (_head(mail), said)))))
    is_html = any(body.is_html for body in mail.bodies)
    return Document(
        text=text,
        source=source,
        title=mail.subject or path.stem,
        headings=headings(text) if is_html else (),
        metadata=_metadata(mail),
    )


def as_eml(mail: Mail) -> bytes:
    """The mail as a file of its own, with its first body that is not blank."""
    body = next((body for body in mail.bodies if body.text.strip()), Body(""))
    kind = "text/html" if body.is_html else "text/plain"
    fields = (
        ("Subject", mail.subject),
        ("From", _quoted(mail.senders)),
        ("To", _quoted(mail.to)),
        ("Cc", _quoted(mail.cc)),
        ("Date", format_datetime(mail.sent) if mail.sent else ""),
        ("Message-ID", mail.message_id),
        ("MIME-Version", "1.0"),
        ("Content-Type", f"{kind}; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    )
    head = "".join(f"{name}: {value}\n" for name, value in fields if value)
    return writable(f"{head}\n{clean(body.text)}").encode()


def file_title(subject: str) -> str:
    """A subject as part of a file name: on one line, no folders, not too long."""
    flat = "".join(" " if c in "/\\" else c for c in subject)
    return " ".join(flat.split())[:_TITLE].strip(" .")


def last_part(name: str) -> str:
    """The name of an attachment without the folders that its sender had it in."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()


def one_line(text: str) -> str:
    """`text` as metadata can hold it: white space is single spaces."""
    return " ".join(writable(clean(text)).split())


def _head(mail: Mail) -> str:
    fields = (
        ("Subject", mail.subject),
        ("From", _shown(mail.senders)),
        ("To", _shown(mail.to)),
        ("Cc", _shown(mail.cc)),
        ("Date", format_datetime(mail.sent) if mail.sent else mail.written),
    )
    return "\n".join(f"{name}: {value}" for name, value in fields if value)


def _metadata(mail: Mail) -> dict[str, MetadataValue]:
    names = [person.name or person.address for person in mail.senders]
    found: dict[str, MetadataValue] = {
        "author": names[0] if len(names) == 1 else list(names),
        "cc": [person.shown for person in mail.cc],
        "date": mail.sent.isoformat() if mail.sent else "",
        "from": _shown(mail.senders),
        "message_id": mail.message_id,
        "subject": mail.subject,
        "to": [person.shown for person in mail.to],
    }
    return {key: value for key, value in found.items() if value}


def _shown(persons: Iterable[Person]) -> str:
    return ", ".join(person.shown for person in persons)


def _quoted(persons: Iterable[Person]) -> str:
    return ", ".join(person.quoted for person in persons)


def _trimmed(text: str) -> str:
    """Without blank lines around it."""
    lines = clean(text).split("\n")
    kept = [number for number, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[kept[0] : kept[-1] + 1]).rstrip() if kept else ""
