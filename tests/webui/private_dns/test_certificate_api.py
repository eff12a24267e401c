# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate over the API."""

import time
from typing import Any

from made_certificates import made

GOOD = made(begin=time.time() - 60)
AT = "/api/v1/certificate"


def call(newcomer: Any, path: str, body: dict[str, object]) -> Any:
    return newcomer.post(f"{AT}/{path}", json=body, headers={"X-CSRF-Token": newcomer.csrf})


def test_none_made_and_brought(newcomer: Any) -> None:
    none = newcomer.get(AT).json()
    assert (none["source"], none["until"], none["server_name"]) == ("", None, "telltale.home.arpa")
    first = call(newcomer, "make", {}).json()
    assert first["source"] == "home" and len(first["authority_fingerprint"]) == 64 and first["faults"] == []
    assert newcomer.get(AT).json() == first
    other = call(newcomer, "make", {"new_authority": True}).json()
    assert other["authority_fingerprint"] != first["authority_fingerprint"]
    own = call(newcomer, "use", {"certificate": GOOD.pem.decode(), "key": GOOD.key.decode()}).json()
    assert (own["source"], own["names"], own["key"]) == ("own", ["dns.example.net"], "EC P-256")


def test_what_cannot_be_is_told(newcomer: Any) -> None:
    assert call(newcomer, "use", {}).status_code == 422
    assert call(newcomer, "use", {"certificate": "a", "certificate_file": "/b"}).status_code == 422
    answer = call(newcomer, "use", {"certificate": GOOD.pem.decode(), "key": "no key"})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "key"
    assert call(newcomer, "use", {"certificate_file": "/no.pem"}).json()["detail"] == "/no.pem is not there."
