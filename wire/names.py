# SPDX-License-Identifier: GPL-3.0-or-later
"""Names between the wire and text (RFC 1035 sections 3.1 and 4.1.4). Pure and bounded.

As text a name is in presentation form: lower-case, no trailing dot, the root as ".", bytes outside printable ASCII as
\\DDD (RFC 4343). Whatever the bytes, a reader gives a value or raises `Malformed`; whatever the text, `to_wire` gives
bytes or raises ValueError.
"""

from __future__ import annotations

import re

from wire.types import FORMERR, SERVFAIL

MAX_LABEL = 63  # bytes; above that the length is a pointer, or nothing that is known
MAX_NAME = 255  # bytes on the wire, the root's included
MAX_POINTERS = 32  # compression pointers followed in one name; an honest name needs two or three

_PLAIN = bytes(range(0x21, 0x7F)).replace(b".", b"").replace(b"\\", b"").translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PLAIN_OR_DOT = _PLAIN + b"."
_ESCAPES = re.compile(rb"\\(?:(\d\d\d)|(\D)|)", re.DOTALL)


class Malformed(ValueError):  # noqa: N818 - said of a message, as the RFCs do
    """The bytes are no DNS message that can be answered in full; `rcode` is what to say instead."""

    def __init__(self, reason: str, rcode: int = FORMERR) -> None:
        super().__init__(reason)
        self.rcode = rcode


def question_name(packet: bytes) -> tuple[str, int]:
    """The name in the question, and the offset behind it; it is never compressed."""
    labels = []
    position = 12
    try:
        while length := packet[position]:
            if length > 63 or position > 12 + 253 - length:  # 255 in all, the root's byte included
                raise Malformed("the name in the question is compressed or too long")
            labels.append(packet[position + 1 : position + 1 + length])
            position += length + 1
    except IndexError:
        raise Malformed("the name in the question is cut off") from None
    return to_text(labels), position + 1


def address_of_reverse(name: str) -> bytes | None:
    """The address, packed, of a whole name in in-addr.arpa or ip6.arpa; None for any other name."""
    try:
        if name.endswith(".in-addr.arpa"):
            parts = name[:-13].split(".")
            return bytes(map(int, reversed(parts))) if len(parts) == 4 and all(map(_is_byte, parts)) else None
        if name.endswith(".ip6.arpa") and len(name) == 72 and name[1:-9:2] == "." * 31:
            return bytes.fromhex(name[62::-2])
    except ValueError:
        pass
    return None


def skip_name(packet: bytes, position: int) -> int:
    """The offset behind the name at `position`; pointers are not followed."""
    limit = position + 254  # 255 with the root's byte
    try:
        while length := packet[position]:
            if length >= 0xC0:
                return position + 2
            position += length + 1
            if length > 63 or position > limit:
                raise Malformed("a name is too long")
    except IndexError:
        raise Malformed("a name is cut off") from None
    return position + 1


def read_name(packet: bytes, position: int) -> str:
    """The name at `position`, compression followed."""
    return to_text(read_labels(packet, position))


def read_labels(packet: bytes, position: int, *, any_way: bool = False) -> list[bytes]:
    """The labels of the name at `position`, letters as they stand; pointers are counted, and must lead backwards unless
    they may lead any way."""
    labels: list[bytes] = []
    size = hops = 0
    try:
        while length := packet[position]:
            if length >= 0xC0:
                target = (length & 0x3F) << 8 | packet[position + 1]
                hops += 1
                if (target >= position and not any_way) or hops > MAX_POINTERS:
                    raise Malformed("compression pointers loop", SERVFAIL)
                position = target
                continue
            size += length + 1
            if length > 63 or size > 254 or position + length >= len(packet):
                raise Malformed("a name is too long", SERVFAIL)
            labels.append(packet[position + 1 : position + 1 + length])
            position += length + 1
    except IndexError:
        raise Malformed("a name is cut off", SERVFAIL) from None
    return labels


def to_text(labels: list[bytes]) -> str:
    """Labels in presentation form; lower-case, escaped where a byte is not plain."""
    name = b".".join(labels).lower()
    if not name:
        return "."
    if not name.translate(None, _PLAIN_OR_DOT) and name.count(b".") == len(labels) - 1:
        return name.decode("ascii")
    return ".".join("".join(map(_escape, label.lower())) for label in labels)


def to_wire(name: str) -> bytes:
    """A name's wire form, uncompressed, letters as they stand; a dot at the end and escapes (\\DDD) are understood.

    Raises ValueError for what is no name: beyond ASCII, with an empty label, or too long.
    """
    text = name.removesuffix(".")
    try:
        labels = text.encode("ascii").split(b".") if name != "." else []
        if "\\" in text:
            labels = [_ESCAPES.sub(_unescape, label) for label in labels]
        return from_labels(labels)
    except ValueError:
        raise ValueError(f"not a name: {name}") from None


def from_labels(labels: list[bytes]) -> bytes:
    """The wire form of labels, uncompressed. Raises ValueError for one that is empty, or where they are too long."""
    if not all(0 < len(label) <= MAX_LABEL for label in labels):
        raise ValueError("a label is empty or too long")
    wire = b"".join([bytes((len(label),)) + label for label in labels]) + b"\0"
    if len(wire) > MAX_NAME:
        raise ValueError("a name is too long")
    return wire


def _is_byte(text: str) -> bool:
    return text.isascii() and text.isdigit() and str(int(text[:4])) == text


def _escape(byte: int) -> str:
    if byte in _PLAIN:
        return chr(byte)
    return "\\\\" if byte == 0x5C else f"\\{byte:03d}"  # a dot too: borders of labels are then all the dots there are


def _unescape(escape: re.Match[bytes]) -> bytes:
    """The byte of \\DDD, or the one behind a backslash; ValueError where there is none, or none such."""
    if escape[1] is None and escape[2] is None:
        raise ValueError("a backslash escapes nothing")
    return escape[2] or bytes((int(escape[1]),))
