# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats import rewrites


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("192.0.2.7", "A 192.0.2.7"),
        ("2001:db8::7", "AAAA 2001:db8::7"),
        ("Other.Example.", "CNAME other.example"),
        ("NXDOMAIN", "nxdomain"),
        ("REFUSED", "refused"),
        ("SERVFAIL", "servfail"),
        ("NOERROR", "nodata"),
        ("NOERROR;;", "nodata"),
        ("NXDOMAIN;;", "nxdomain"),
        ("NOERROR;A;192.0.2.7", "A 192.0.2.7"),
        ("NOERROR;AAAA;2001:db8::7", "AAAA 2001:db8::7"),
        ("NOERROR;CNAME;other.example", "CNAME other.example"),
        ("NOERROR;TXT;hello_world", "TXT hello_world"),
        ("NOERROR;MX;32 mail.example", "MX 32 mail.example"),
        ("NOERROR;PTR;host.example.", "PTR host.example"),
        ("NOERROR;SRV;30 60 8080 host.example", "SRV 30 60 8080 host.example"),
        ("NOERROR;HTTPS;32 host.example alpn=h3", "HTTPS 32 host.example alpn=h3"),
        ("NOERROR;SVCB;32 host.example alpn=h3", "SVCB 32 host.example alpn=h3"),
    ],
)
def test_all_forms(value: str, answer: str) -> None:
    assert rewrites.read(value) == answer


@pytest.mark.parametrize(
    "value",
    ["", ";", "NOERROR;A;x.example", "NOERROR;NS;a.example", "NOERROR;MX;mail.example", "bad name", "OOPS;;", "a..b"],
)
def test_what_makes_no_sense_is_none(value: str) -> None:
    assert rewrites.read(value) is None
