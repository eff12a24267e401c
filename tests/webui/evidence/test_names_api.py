# SPDX-License-Identifier: GPL-3.0-or-later
"""Names looked up over the API, and corrected."""

from typing import Any

from webui.route_table import PREFIX

CALL = f"{PREFIX}/evidence/names"
CORRECTIONS = f"{PREFIX}/evidence/corrections"


def test_names_are_looked_up(visitor: Any) -> None:
    rows = visitor.get(CALL, params={"name": ["Logs.Netflix.com", "nobody.example"]}).json()["items"]
    assert rows == [
        {
            "name": "logs.netflix.com", "company": "Netflix", "product": None, "purpose": "analytics",
            "kind": "tracking", "country": "US", "matched": "logs.netflix.com", "source": "companies",
        },
        {
            "name": "nobody.example", "company": None, "product": None, "purpose": "unknown", "kind": "unknown",
            "country": None, "matched": "", "source": "",
        },
    ]  # fmt: skip
    assert visitor.get(CALL).status_code == 422


def test_a_correction_is_put_read_and_deleted(visitor: Any) -> None:
    headers = {"X-CSRF-Token": visitor.csrf}
    made = visitor.put(f"{CORRECTIONS}/api.acme.example", json={"company": "Acme", "purpose": "crash"}, headers=headers)
    item = {
        "name": "api.acme.example", "scope": "suffix", "company": "Acme", "product": None, "purpose": "crash",
        "kind": None, "note": "",
    }  # fmt: skip
    assert made.json() == item == visitor.get(f"{CORRECTIONS}/api.acme.example").json()
    assert item in visitor.get(CORRECTIONS).json()["items"]
    (row,) = visitor.get(CALL, params={"name": "x.api.acme.example"}).json()["items"]
    assert (row["company"], row["kind"], row["source"]) == ("Acme", "tracking", "correction")
    assert visitor.delete(f"{CORRECTIONS}/api.acme.example", headers=headers).status_code == 204
    assert visitor.get(f"{CORRECTIONS}/api.acme.example").status_code == 404
    assert visitor.put(f"{CORRECTIONS}/api.acme.example", json={}, headers=headers).status_code in (400, 422)
