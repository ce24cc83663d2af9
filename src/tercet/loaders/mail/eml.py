"""Mail as it travels (RFC 5322 and MIME)."""

from __future__ import annotations

import email.policy
import mimetypes
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from tercet.errors import DamagedFile, EncryptedFile
from tercet.loaders.mail.headers import decoded, moment, persons, text_of
from tercet.loaders.mail.shape import Body, Mail, document, file_title, last_part

if TYPE_CHECKING:
    from tercet.ports import Spool
    from tercet.types import Document

_Part: TypeAlias = "Message[str, str]"

_BOM = b"\xef\xbb\xbf"
_PROOFS = (  # of who wrote it; nobody searches them
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
)
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")

# What the standard library's parser raises on malformed mails.
_DAMAGE = (
    MessageError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)


def unpack(path: Path, source: str, spool: Spool) -> Document | None:
    """The mail as `mail.document` gives it; attached files and mails go into the spool.

    Of several versions of the body, the first plain one that is not blank is taken, else HTML.
    Pictures without a name and signatures are left out.

    Raises `EncryptedFile` for mails encrypted by S/MIME or PGP/MIME.
    """
    try:
        message = parsed(path.read_bytes())
        _check_readable(message, source)
        bodies = _bodies(message, spool, is_root=True)
        return document(_mail(message)._replace(bodies=bodies), path, source)
    except _DAMAGE as error:
        raise DamagedFile(
            f"{source} is damaged: it is no readable mail ({type(error).__name__}).",
            "Open it in a mail program and save it again.",
        ) from error


class _Raw(email.policy.Compat32):
    """Headers come and go as they stand; whoever wants one decodes it."""

    mangle_from_ = False
    verify_generated_headers = False

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value.strip()

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\n".encode("utf-8", "surrogateescape")


def parsed(data: bytes, *, head_only: bool = False) -> _Part:
    """The mail in `data`. Its headers are raw: see `mail_headers`."""
    parser = BytesHeaderParser if head_only else BytesParser
    return parser(policy=_Raw()).parse(BytesIO(data.removeprefix(_BOM).lstrip(b"\r\n")))


def subject_of(message: _Part) -> str:
    return decoded(message.get("subject", ""))


def _mail(message: _Part) -> Mail:
    def joined(name: str) -> str:
        return ", ".join(message.get_all(name, []))

    date = message.get("date", "")
    return Mail(
        subject=subject_of(message),
        senders=persons(joined("from")),
        to=persons(joined("to")),
        cc=persons(joined("cc")),
        sent=moment(date),
        written=decoded(date),
        message_id=decoded(message.get("message-id", "")),
    )


def _check_readable(message: _Part, source: str) -> None:
    kind = message.get_content_type()
    wrapped = kind in _SMIME and "enveloped" in str(message.get_param("smime-type", "")).lower()
    if wrapped or kind == "multipart/encrypted":
        raise EncryptedFile(
            f"{source} is encrypted and needs a key.",
            "Open it in a mail program that has the key, and save its text.",
        )


def _bodies(part: _Part, spool: Spool, *, is_root: bool = False) -> list[Body]:
    """The texts of a part and of all in it. What is no text goes into the spool."""
    kind = part.get_content_type()
    if kind == "message/rfc822" and part.is_multipart():
        _add_mail(part, spool)
    elif part.get_content_maintype() == "multipart":
        return _of_several(part, spool)
    elif part.is_multipart():
        return []  # message/delivery-status and the like: for machines
    elif _is_body(part, is_root):
        return [Body(_text(part), kind == "text/html")]
    else:
        _add_file(part, spool)
    return []


def _of_several(part: _Part, spool: Spool) -> list[Body]:
    if not part.is_multipart():
        return [Body(_text(part))]  # its boundary is missing
    children = cast("list[_Part]", part.get_payload())
    found = [_bodies(child, spool) for child in children]
    if part.get_content_type() != "multipart/alternative":
        return list(chain.from_iterable(found))
    spoken = [bodies for bodies in found if any(body.text.strip() for body in bodies)]
    return min(spoken, key=lambda bodies: any(body.is_html for body in bodies), default=[])


def _is_body(part: _Part, is_root: bool) -> bool:
    attached = part.get_content_disposition() == "attachment" or (_name(part) and not is_root)
    return not attached and part.get_content_type() in ("text/plain", "text/html")


def _add_mail(part: _Part, spool: Spool) -> None:
    inner = cast("list[_Part]", part.get_payload())[0]
    content = inner.as_bytes()
    if part.get("content-transfer-encoding", "").lower() == "base64":  # forbidden, and done
        content = _unbased(content)
        inner = parsed(content, head_only=True)
    name = _name(part) or file_title(subject_of(inner)) or "message"
    spool.add(name if name.lower().endswith(".eml") else f"{name}.eml", content)


def _unbased(content: bytes) -> bytes:
    import binascii

    return binascii.a2b_base64(b"".join(content.split()) + b"==")


def _add_file(part: _Part, spool: Spool) -> None:
    kind, name = part.get_content_type(), _name(part)
    attached = part.get_content_disposition() == "attachment"
    if kind in _PROOFS or not (name or attached or kind.startswith("application/")):
        return
    name = name or f"attachment{mimetypes.guess_extension(kind) or ''}"
    spool.add(name, _content(part))


def _name(part: _Part) -> str:
    return last_part(decoded(part.get_filename("")))


def _text(part: _Part) -> str:
    return text_of(_content(part), part.get_content_charset(""))


def _content(part: _Part) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
