# SPDX-License-Identifier: GPL-3.0-or-later
"""wire: DNS as bytes and names (RFC 1035, RFC 6891). Nothing below it; whoever reads or builds a packet does it here.

    packet in ─► message.parse… ─► Question, Response ─► … ─► response.build ─► fit ─► packet out
                    names, svcb                                   resource_records
    stub: one question to one server, for health checks, names of devices and the like

Order to read: types (numbers and the words for them), names (text and wire), zones (of everybody, of homes), embedded
and addresses (IPv4 inside IPv6; what is private or special: sets with a name each), message (the header, the
question, the records in one fast walk), svcb and resource_records (records one by one), response (errors, sinkholes,
upstream bodies dressed for the client that asked) with fit, entropy (random bytes that must not be guessed), sockaddr
and stub, and text_records (dnslib, for who has time).

Two promises: whatever bytes come in, a reader is bounded at every step and raises Malformed alone; and nothing here
reads a file or knows what is blocked.
"""

from native.finder import install

install()
