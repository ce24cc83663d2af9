"""Outlook's mails (.msg)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.errors import DamagedFile
from tercet.loaders.mail.mapi import EMBEDDED, Storage, codec
from tercet.loaders.mail.shape import (
    Body,
    Mail,
    Person,
    as_eml,
    document,
    file_title,
    last_part,
    one_line,
)

if TYPE_CHECKING:
    from datetime import datetime

    from tercet.ports import Spool
    from tercet.types import Document

_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER_NAME, _FOR_NAME = 0x0C1A, 0x0042  # who sent it, and for whom
_SENDER_ADDRESSES = (0x5D01, 0x0C1F, 0x5D02, 0x0065)  # those without @ are names of Exchange
_SUBMITTED, _DELIVERED, _MESSAGE_ID, _HEADERS = 0x0039, 0x0E06, 0x1035, 0x007D
_DISPLAY_TO, _DISPLAY_CC = 0x0E04, 0x0E03
_RECIPIENT_KIND, _TO, _CC = 0x0C15, 1, 2
_NAME, _ADDRESS, _SMTP_ADDRESS = 0x3001, 0x3003, 0x39FE
_LONG_NAME, _SHORT_NAME, _DATA = 0x3707, 0x3704, 0x3701
_MAIL_CODE_PAGE, _HTML_CODE_PAGE = 0x3FFD, 0x3FDE
_RECIPIENTS, _ATTACHMENTS = "__recip_version1.0_#", "__attach_version1.0_#"

# What olefile raises on malformed files.
_DAMAGE = (
    OSError,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)


def unpack(path: Path, source: str, spool: Spool) -> Document | None:
    """The mail as `mail.document` gives it; attached files and mails go into the spool.

    The plain body is taken, else HTML, else the text of the RTF. A mail inside it is a member of
    its own, and its attachments are members in a folder named after it.
    """
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as ole:
            root = Storage(ole, path.stat().st_size)
            if not root.is_there():
                raise ValueError("no properties")
            found = _mail(root)
            _add_attachments(root, spool, "")
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the disk, not the file
        raise DamagedFile(
            f"{source} is damaged: it is no readable Outlook mail ({type(error).__name__}).",
            "Open it in Outlook and save it again.",
        ) from error
    return document(found, path, source)


def _mail(storage: Storage) -> Mail:
    storage = storage.with_code_page(_HTML_CODE_PAGE).with_code_page(_MAIL_CODE_PAGE)
    recipients = storage.children(_RECIPIENTS)
    return Mail(
        subject=one_line(storage.text(_SUBJECT)),
        senders=_senders(storage),
        to=_recipients(recipients, _TO) or _displayed(storage.text(_DISPLAY_TO)),
        cc=_recipients(recipients, _CC) or _displayed(storage.text(_DISPLAY_CC)),
        sent=storage.time(_SUBMITTED) or storage.time(_DELIVERED) or _stated(storage),
        message_id=one_line(storage.text(_MESSAGE_ID)),
        bodies=[_body(storage)],
    )


def _senders(storage: Storage) -> list[Person]:
    name = one_line(storage.text(_SENDER_NAME) or storage.text(_FOR_NAME))
    addresses = (one_line(storage.text(number)) for number in _SENDER_ADDRESSES)
    address = next((address for address in addresses if "@" in address), "")
    return [Person(name, address)] if name or address else []


def _recipients(storages: Iterable[Storage], kind: int) -> list[Person]:
    found = [_person(storage) for storage in storages if storage.number(_RECIPIENT_KIND) == kind]
    return [person for person in found if person.name or person.address]


def _person(storage: Storage) -> Person:
    addresses = (one_line(storage.text(number)) for number in (_SMTP_ADDRESS, _ADDRESS))
    address = next((address for address in addresses if "@" in address), "")
    return Person(one_line(storage.text(_NAME)), address)


def _displayed(names: str) -> list[Person]:
    return [Person(name, "") for name in map(one_line, names.split(";")) if name]


def _stated(storage: Storage) -> datetime | None:
    """The date in the headers with which the mail came over the internet."""
    from tercet.loaders.mail.eml import parsed
    from tercet.loaders.mail.headers import moment

    headers = parsed(storage.text(_HEADERS).encode(), head_only=True)
    return moment(headers.get("date", ""))


def _body(storage: Storage) -> Body:
    if (text := storage.text(_BODY)).strip():
        return Body(text)
    if (html := _html(storage)).strip():
        return Body(html, is_html=True)
    return Body(_rtf(storage.data(_RTF)))


def _html(storage: Storage) -> str:
    from tercet.loaders.mail.headers import text_of

    page = codec(storage.number(_HTML_CODE_PAGE))
    return text_of(storage.data(_HTML), page) or storage.text(_HTML)


def _rtf(packed: bytes) -> str:
    """The text of the body in RTF; "" when it is damaged, since there may be attachments."""
    from striprtf.striprtf import rtf_to_text

    from tercet.loaders.mail.packed_rtf import unpacked

    # striprtf looks for links line by line, in time that grows with the square of the line.
    rtf = unpacked(packed).decode("latin-1").replace("{\\field", "\n{\\field")
    try:
        text: str = rtf_to_text(rtf, errors="ignore")  # type: ignore[no-untyped-call]
    except (LookupError, ValueError, TypeError, OverflowError):
        return ""
    # Characters beyond 16 bits come as the two halves that RTF has.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _add_attachments(storage: Storage, spool: Spool, folder: str) -> None:
    for attachment in storage.with_code_page(_MAIL_CODE_PAGE).children(_ATTACHMENTS):
        inner = attachment.child(EMBEDDED)
        if inner.is_there():
            _add_mail(inner, spool, folder)
        elif data := attachment.data(_DATA):
            spool.add(folder + _file_name(attachment), data)


def _add_mail(storage: Storage, spool: Spool, folder: str) -> None:
    mail = _mail(storage)
    name = file_title(mail.subject) or "message"
    spool.add(f"{folder}{name}.eml", as_eml(mail))
    _add_attachments(storage, spool, f"{folder}{name}/")


def _file_name(attachment: Storage) -> str:
    names = (one_line(attachment.text(n)) for n in (_LONG_NAME, _SHORT_NAME, _NAME))
    return next(filter(None, map(last_part, names)), "attachment")
