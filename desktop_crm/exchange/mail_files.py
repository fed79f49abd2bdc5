"""Mails as files (EML, MBOX): bytes to values. Nothing is lost: what a mail breaks of the rules is mended where one reading is sure.

Each mending is told in `notes`: a character set that was not named or does not fit, a date that cannot be read, a missing id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

KOREAN = {"ks_c_5601-1987", "ks_c_5601", "ksc5601", "euc-kr", "euckr", "ks_c_5601_1987", "x-windows-949"}
_START = re.compile(rb"^From (?![ \t]*:)[^\r\n]*\r?\n", re.MULTILINE)
_ID = re.compile(r"<[^<>\s]+>")
_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "blockquote"}
_HIDDEN = {"script", "style", "head", "title"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """A file that came with a mail."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. `key` is its Message-ID, or the hash of its bytes; `thread` the id its exchange began with."""

    key: str
    thread: str
    subject: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    at: datetime | None
    text: str
    files: tuple[MailFile, ...] = ()
    notes: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    """Where answers are wanted, when that is not the sender."""


def split_mbox(data: bytes) -> Iterator[bytes]:
    """The mails of a file: of an MBOX each, of an EML the one."""
    starts = [
        one
        for one in _START.finditer(data)
        if one.start() == 0 or data.endswith((b"\n\n", b"\n\r\n"), max(0, one.start() - 3), one.start())
    ]
    if not starts or starts[0].start() != 0:
        yield data
        return
    ends = [one.start() for one in starts[1:]] + [len(data)]
    for start, end in zip(starts, ends, strict=True):
        yield re.sub(rb"(?m)^>(>*From )", rb"\1", data[start.end() : end])


def read_mail(data: bytes) -> Mail:
    """Read one mail. Never fails: one that cannot be taken apart is kept as the text it is, with a note."""
    notes: list[str] = []
    try:
        return _read(data, notes)
    except (MessageError, ValueError, TypeError, LookupError, AttributeError, IndexError) as error:
        notes.append(f"structure: {type(error).__name__}")
        text = _decoded(data, None, notes)
        key = _digest(data)
        return Mail(
            key=key,
            thread=key,
            subject=text.strip().split("\n", 1)[0][:120],
            sender="",
            sender_name="",
            recipients=(),
            at=None,
            text=text,
            notes=tuple(dict.fromkeys(notes)),
        )


def _read(data: bytes, notes: list[str]) -> Mail:
    message = message_from_bytes(data)
    notes += [f"structure: {type(one).__name__}" for one in message.defects]
    ids = _ID.findall(_raw(message, "Message-ID"))
    key = ids[0] if ids else _digest(data)
    if not ids:
        notes.append("no Message-ID")
    references = _ID.findall(_raw(message, "References")) or _ID.findall(_raw(message, "In-Reply-To"))
    senders = getaddresses([_header(message, "From", notes)]) or [("", "")]
    recipients = getaddresses([_header(message, name, notes) for name in ("To", "Cc")])
    answers = [one.strip().lower() for _, one in getaddresses([_header(message, "Reply-To", notes)]) if "@" in one]
    texts: list[str] = []
    pages: list[str] = []
    files: list[MailFile] = []
    _take(message, texts, pages, files, notes)
    text = "\n".join(texts) if any(one.strip() for one in texts) else "\n".join(_plain(one) for one in pages)
    return Mail(
        key=key,
        thread=references[0] if references else key,
        subject=" ".join(_header(message, "Subject", notes).split()),
        sender=senders[0][1].strip().lower(),
        sender_name=senders[0][0].strip(),
        recipients=tuple(dict.fromkeys(address.strip().lower() for _, address in recipients if "@" in address)),
        at=_date(message, notes),
        text=text.replace("\r\n", "\n").replace("\x00", "").strip(),
        files=tuple(files),
        notes=tuple(dict.fromkeys(notes)),
        reply_to=tuple(one for one in dict.fromkeys(answers) if [one] != [senders[0][1].strip().lower()]),
    )


def _take(part: Message, texts: list[str], pages: list[str], files: list[MailFile], notes: list[str]) -> None:
    """Sort the parts of a mail into texts, pages and files; a mail within it is a file."""
    kind = part.get_content_type()
    name = _file_name(part, notes)
    if kind == "message/rfc822" and part.is_multipart():
        inner = part.get_payload(0)
        content = inner.as_bytes() if isinstance(inner, Message) else b""
        files.append(MailFile(name=name or "mail.eml", mime=kind, content=content))
        return
    if part.is_multipart():
        for one in part.get_payload():
            if isinstance(one, Message):
                _take(one, texts, pages, files, notes)
        return
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    notes += [f"structure: {type(one).__name__}" for one in part.defects]
    attached = part.get_content_disposition() == "attachment" or bool(name)
    if attached or not kind.startswith("text/"):
        if content or name:
            ending = kind.rpartition("/")[2]
            files.append(MailFile(name=name or f"part-{len(files) + 1}.{ending}", mime=kind, content=content))
    elif kind == "text/html":
        pages.append(_decoded(content, part.get_content_charset(), notes))
    else:
        texts.append(_decoded(content, part.get_content_charset(), notes))


def _file_name(part: Message, notes: list[str]) -> str:
    raw = part.get_param("filename", None, "content-disposition") or part.get_param("name", None, "content-type")
    if raw is None:
        return ""
    try:
        words = collapse_rfc2231_value(raw)
    except (LookupError, UnicodeError):
        notes.append("file name")
        words = str(raw[2]) if isinstance(raw, tuple) else str(raw)
    return _words(words, notes).replace("/", "_").replace("\\", "_").strip()


def _raw(message: Message, name: str) -> str:
    return " ".join(str(one) for one in message.get_all(name, ()))


def _header(message: Message, name: str, notes: list[str]) -> str:
    held = message.get_all(name, [])
    return ", ".join(_words(one, notes) for one in held)


def _words(held: Any, notes: list[str]) -> str:
    """A header's words: encoded words decoded, bytes that are no ASCII read in the set they fit."""
    parts: list[tuple[Any, str | None]] = []
    try:
        parts = list(decode_header(held))
    except (ValueError, MessageError):
        notes.append("header")
        return str(held)
    out = ""
    for words, charset in parts:
        if isinstance(words, str):
            raw = words.encode("utf-8", "surrogateescape")
            out += words if raw.isascii() else _decoded(raw, None, notes)
        elif charset in {None, "unknown-8bit"}:
            out += _decoded(words, None, notes)
        else:
            out += _decoded(words, charset, notes)
    return out.replace("\r", "").replace("\n", "")


def _decoded(data: bytes, charset: str | None, notes: list[str]) -> str:
    """The text: in the named character set, else in the one it fits; never with a sign silently lost."""
    named = (charset or "").strip().strip("\"'").lower()
    named = "cp949" if named in KOREAN else named
    if data.isascii() and not named.startswith(("iso-2022", "utf-7", "hz")):
        return data.decode("ascii")
    tried = [named] if named and named not in {"us-ascii", "ascii"} else []
    for place, one in enumerate((*tried, "utf-8", "cp949", "cp1252")):
        try:
            text = data.decode(one)
        except (LookupError, UnicodeError):
            continue
        if place or not tried:
            notes.append(f"character set: {charset or '-'} → {one}")
        return text
    notes.append(f"character set: {charset or '-'} → latin-1")
    return data.decode("latin-1")


def _date(message: Message, notes: list[str]) -> datetime | None:
    for held in message.get_all("Date", []):
        try:
            found = parsedate_to_datetime(str(held))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if not 1970 <= found.year <= 9998:
            continue
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    notes.append("no date")
    return None


def _digest(data: bytes) -> str:
    """The same for a mail from a server and for its file, whose lines may end otherwise and which an MBOX begins with a line."""
    start = _START.match(data)
    plain = b"\n".join(data[start.end() if start else 0 :].splitlines()).strip()
    return f"sha256:{hashlib.sha256(plain).hexdigest()}"


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        if tag in _BLOCKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.out.append(re.sub(r"\s+", " ", data))


def _plain(page: str) -> str:
    parser = _Text()
    parser.feed(page)
    parser.close()
    lines = [line.strip() for line in "".join(parser.out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
