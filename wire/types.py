# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers of the DNS and the words for them: types, classes, rcodes and flags (RFC 1035, 6895; IANA's registry).

Plain integers, since a module's constant costs the hot path one look. `TYPE_NAMES` is the one table for whoever shows
or reads a type; what has no name there is written `TYPE123` (RFC 3597 section 5).
"""

from __future__ import annotations

# Flags of the header (RFC 1035 section 4.1.1, RFC 2535), and DO, which stands in the TTL of OPT (RFC 3225).
QR, AA, TC, RD, RA, AD, CD = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080, 0x0020, 0x0010
OPCODE = 0x7800
DO = 0x8000

NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, BADVERS, BADCOOKIE = 0, 1, 2, 3, 4, 5, 16, 23

A, NS, CNAME, SOA, PTR, HINFO, MX, TXT, AAAA, DNAME, OPT, DS, RRSIG = 1, 2, 5, 6, 12, 13, 15, 16, 28, 39, 41, 43, 46
SRV, SVCB, HTTPS, TKEY, TSIG, IXFR, AXFR, ANY = 33, 64, 65, 249, 250, 251, 252, 255
IN, CH = 1, 3

MAX = 0xFFFF  # of a type, a class and, with EDNS, nearly of an rcode

TYPE_NAMES = {
    A: "A", NS: "NS", CNAME: "CNAME", SOA: "SOA", 10: "NULL", PTR: "PTR", HINFO: "HINFO", MX: "MX", TXT: "TXT",
    17: "RP", 18: "AFSDB", 24: "SIG", 25: "KEY", AAAA: "AAAA", 29: "LOC", SRV: "SRV", 35: "NAPTR", 36: "KX", 37: "CERT",
    38: "A6", DNAME: "DNAME", OPT: "OPT", 42: "APL", DS: "DS", 44: "SSHFP", 45: "IPSECKEY", RRSIG: "RRSIG", 47: "NSEC",
    48: "DNSKEY", 49: "DHCID", 50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 53: "SMIMEA", 55: "HIP", 59: "CDS",
    60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC", 63: "ZONEMD", SVCB: "SVCB", HTTPS: "HTTPS", 99: "SPF", 108: "EUI48",
    109: "EUI64", TKEY: "TKEY", TSIG: "TSIG", IXFR: "IXFR", AXFR: "AXFR", ANY: "ANY", 256: "URI", 257: "CAA",
    32768: "TA", 32769: "DLV",
}  # fmt: skip
TYPE_NUMBERS = {name: number for number, name in TYPE_NAMES.items()}

RCODE_NAMES = {
    NOERROR: "NOERROR", FORMERR: "FORMERR", SERVFAIL: "SERVFAIL", NXDOMAIN: "NXDOMAIN", NOTIMP: "NOTIMP",
    REFUSED: "REFUSED", 6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE", 11: "DSOTYPENI",
    BADVERS: "BADVERS", 17: "BADKEY", 18: "BADTIME", 19: "BADMODE", 20: "BADNAME", 21: "BADALG", 22: "BADTRUNC",
    BADCOOKIE: "BADCOOKIE",
}  # fmt: skip

RCODE_NUMBERS = {name: number for number, name in RCODE_NAMES.items()}

_PREFIX = "TYPE"


def type_name(number: int) -> str:
    """The type as people write it: `AAAA`, or `TYPE123` for one without a name."""
    return TYPE_NAMES.get(number) or f"{_PREFIX}{number}"


def type_number(text: str) -> int | None:
    """`A`, `https`, `TYPE65` or `65` as a number from 0 to 65535; None for what is no type."""
    word = text.strip().upper()
    number = TYPE_NUMBERS.get(word)
    if number is not None:
        return number
    digits = word.removeprefix(_PREFIX)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
        return None
    return int(digits) if int(digits) <= MAX else None
