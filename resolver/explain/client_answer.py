# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client gets, in a word: an address, records, an rcode, or a way of not answering. Pure."""

from __future__ import annotations

from ipaddress import ip_address

from store.config.custom_responses import Answer
from wire import types
from wire.names import skip_name
from wire.response import BlockMode, Sinkhole


def blocked(qtype: int, answer: Answer | None, sinkhole: Sinkhole) -> str:
    """What a blocked query gets: by `answer`, or where that leaves it to the house, by `sinkhole`."""
    if answer is not None and answer.word is None:
        return given(qtype, answer)
    how = sinkhole if answer is None or answer.word is None else Sinkhole(answer.word)
    if how.mode in (BlockMode.NULL, BlockMode.ADDRESS):
        address = {types.A: how.ipv4, types.AAAA: how.ipv6}.get(qtype)
        return str(ip_address(address)) if address else "NODATA"
    return how.mode.told


def given(qtype: int, answer: Answer | None) -> str:
    """What an answer of the home's own has for a type: its values, a CNAME's among them."""
    wanted, records = types.type_name(qtype), answer.records if answer else ()
    return ", ".join(value for type_, value in records if wanted == "ANY" or type_ in (wanted, "CNAME")) or "NODATA"


def local(packet: bytes, qtype: int) -> str:
    """What one of our own responses to a question of this type says: its address or its rcode."""
    rcode, answers = packet[3] & 15, int.from_bytes(packet[6:8], "big")
    if rcode or not answers:
        return rcode_name(rcode) if rcode else "NODATA"
    # The answer's data begins behind the question, and the pointer and ten fixed bytes of the record.
    if qtype == types.ANY:
        return "HINFO RFC8482"  # `local_names.any_type`
    data = packet[skip_name(packet, 12) + 4 + 12 :]
    return str(ip_address(data)) if qtype in (types.A, types.AAAA) else data.hex()


def rcode_name(rcode: int) -> str:
    """The rcode as people write it."""
    return types.RCODE_NAMES.get(rcode, f"rcode {rcode}")
