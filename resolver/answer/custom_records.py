# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer that a rule, a list or a group asks for → a packet. Pure.

Records are written under the name in the question, without compression in their data, which RFC 3597 asks for anyway
where a type is newer than the reader.
"""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import replace

from store.config.custom_responses import Answer
from wire import message, response
from wire.message import Question, Response
from wire.names import to_wire
from wire.response import Sinkhole
from wire.types import AAAA, ANY, CNAME, IN, NOERROR, TYPE_NUMBERS, A

_SVC_KEYS = {"mandatory": 0, "alpn": 1, "no-default-alpn": 2, "port": 3, "ipv4hint": 4, "ech": 5, "ipv6hint": 6,
             "dohpath": 7}  # fmt: skip


def packet(question: Question, answer: Answer | None, sinkhole: Sinkhole, ede: bytes = b"") -> bytes:
    """The response to a question that is answered so; None: by the sinkhole. `ede` is an EDNS option, or nothing.

    No bytes where nothing is to be sent.
    """
    if answer is None:
        return response.sinkhole(question, sinkhole, ede)
    if answer.word is None:
        return _records(question, answer, sinkhole.ttl, ede)
    return response.sinkhole(question, Sinkhole(answer.word, sinkhole.ttl), ede)


def target(question: Question, answer: Answer | None) -> Question | None:
    """The question that has to be asked upstream for a CNAME to be of use: its target, of the type that was asked."""
    name = _cname(question, answer) if answer else None
    if name is None or question.qtype in (CNAME, ANY) or question.qclass != IN:
        return None
    wire_name = to_wire(name)
    tail = struct.pack("!HH", question.qtype, question.qclass)
    return replace(question, name=name, wire_name=wire_name, section=wire_name + tail)


def led(question: Question, asked: Question, came: Response | None, ttl: int, ede: bytes = b"") -> bytes:
    """The response with the CNAME, and behind it the addresses that its target `asked` has."""
    data = asked.wire_name
    body = b"\xc0\x0c" + message.RECORD.pack(CNAME, IN, ttl, len(data)) + data
    addresses = [] if came is None else [one for one in came.addresses if _of_type(one, question.qtype)]
    for address in addresses:
        body += asked.wire_name + message.RECORD.pack(question.qtype, IN, ttl, len(address)) + address
    return response.build(question, NOERROR, body, (1 + len(addresses), 0, 0), ede=ede)


def _of_type(address: bytes, qtype: int) -> bool:
    return qtype == (A if len(address) == 4 else AAAA)


def _cname(question: Question, answer: Answer) -> str | None:
    found = next((value for type_, value in answer.records if type_ == "CNAME"), None)
    if found is None or not found.startswith("*."):
        return found
    return f"{question.name}.{found[2:]}" if len(question.name) + len(found) < 250 else found[2:]


def _records(question: Question, answer: Answer, ttl: int, ede: bytes) -> bytes:
    body, count = b"", 0
    for type_, value in answer.records:
        number = TYPE_NUMBERS[type_]
        if question.qclass != IN or question.qtype not in (number, ANY):
            continue
        data = to_wire(_cname(question, answer) or value) if type_ == "CNAME" else _data(type_, value)
        body += b"\xc0\x0c" + message.RECORD.pack(number, IN, ttl, len(data)) + data
        count += 1
    if not count:
        return response.empty(question, NOERROR, soa_ttl=ttl, ede=ede)
    return response.build(question, NOERROR, body, (count, 0, 0), ede=ede)


def _data(type_: str, value: str) -> bytes:
    if type_ in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if type_ == "PTR":
        return to_wire(value)
    if type_ == "TXT":
        text = value.encode()
        return b"".join(bytes((len(part),)) + part for part in (text[at : at + 255] for at in range(0, len(text), 255)))
    if type_ in ("SVCB", "HTTPS"):
        return _service(value)
    *numbers, name = value.split()
    return b"".join(struct.pack("!H", int(number)) for number in numbers) + to_wire(name)


def _service(value: str) -> bytes:
    """The data of SVCB and HTTPS (RFC 9460): priority, target, parameters by ascending key; unknown ones left out."""
    priority, name, *given = value.split()
    parameters = {}
    for word in given:
        key, _, said = word.partition("=")
        number = _SVC_KEYS.get(key.lower())
        encoded = None if number is None else _parameter(key.lower(), said.strip('"'))
        if number is not None and encoded is not None:
            parameters[number] = encoded
    held = b"".join(struct.pack("!HH", key, len(parameters[key])) + parameters[key] for key in sorted(parameters))
    return struct.pack("!H", int(priority)) + to_wire(name) + held


def _parameter(key: str, value: str) -> bytes | None:
    try:
        if key == "alpn":
            return b"".join(bytes((len(one),)) + one for one in (part.encode() for part in value.split(",")))
        if key == "port":
            return struct.pack("!H", int(value))
        if key in ("ipv4hint", "ipv6hint"):
            made = ipaddress.IPv4Address if key == "ipv4hint" else ipaddress.IPv6Address
            return b"".join(made(part).packed for part in value.split(","))
        if key == "mandatory":
            return b"".join(struct.pack("!H", _SVC_KEYS[part]) for part in value.split(","))
    except (ValueError, KeyError, struct.error):
        return None
    return value.encode() if key == "dohpath" else b"" if key == "no-default-alpn" else None
