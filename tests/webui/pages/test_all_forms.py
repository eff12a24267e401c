# SPDX-License-Identifier: GPL-3.0-or-later
"""Every form of every page of the demo's home: what it refuses comes back in its place, with what was typed, and what
is wrong stands at it; what it changes is offered to be undone at once, or the page says why not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from demo_home import DemoHome, at_its_end
from demo_home import demo_home as demo_home
from lived_in_home import Home, visiting
from page_addresses import all_pages, links_in

from webui.frame.form_marks import Redrawn
from webui.frame.refused_form import CSRF, Form, forms

pytestmark = pytest.mark.process  # the wall's page asks `ip`

RUBBISH = 'rub\tbish & "quotes" </form><b> ' + "x" * 2100
# What nobody types into a form that takes anything, and why it does.
TAKES_ALL = {
    "/blocklists/rules/paste": "each line is judged by itself, and the page tells of each",
    "/names/records/import": "each line is judged by itself, and the page tells of each",
}
# What offers no Undo, and why.
NO_UNDO = {
    **dict.fromkeys(("/pause/end", "/exceptions/end"), "it is over by then"),
    **dict.fromkeys(("/accounts/sessions/end", "/accounts/sessions/others", "/logout"), "who is out logs in again"),
    **dict.fromkeys(("/accounts/password", "/accounts/two-step", "/accounts/two-step/confirm", "/accounts/two-step/off",
                     "/accounts/two-step/codes", "/accounts/users", "/accounts/users/change", "/accounts/users/remove",
                     "/accounts/users/two-step-off", "/accounts/tokens", "/accounts/tokens/revoke"),
                    "secrets are not kept in the history, and the toast says so"),
    **dict.fromkeys(("/language", "/hidden-home/later"), "of this browser alone"),
    **dict.fromkeys(("/settings/kept/clear", "/queries/clear"), "it is asked about once more, and gone for good"),
    **dict.fromkeys(("/settings/restart/workers", "/settings/restart/all", "/blocklists/again"), "nothing is decided"),
    **dict.fromkeys(("/backup/preview", "/blocklists/preview", "/blocklists/rules/paste", "/settings/upstreams/test",
                     "/evidence/whatif", "/evidence/whatif/toggle", "/evidence/whatif/rule", "/evidence/whatif/group",
                     "/evidence/whatif/cancel", "/evidence/worth", "/evidence/updates", "/blocklists/worth",
                     "/companies/whatif", "/setup/check", "/setup/router"), "it asks, and changes nothing"),
    **dict.fromkeys(("/evidence/tests/title", "/evidence/tests/delete", "/evidence/tests/stop"),
                    "a test is a record; its button says that it is deleted for good"),
}  # fmt: skip
TYPED = {"minutes": "15", "windows": "daily 22:00-06:00", "domain": "corp.example", "upstreams": "192.168.1.9",
         "value": "192.168.1.77", "networks": "192.168.1.78", "dhcp_from": "192.168.1.100", "other": ""}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A form, the page on which it stands, and what is sent: rubbish in all that is typed, or in what is hidden."""

    page: str
    form: Form

    @property
    def path(self) -> str:
        return self.form.goes_to()[0]

    def sent(self) -> dict[str, str]:
        typed = [field.get("name") for field in self.form.fields() if field.get("type") not in ("checkbox", "radio")]
        fields = {tag.get("name"): tag.get("value") for tag in self.form.tags if tag.get("name") and not tag.closes}
        return {name: RUBBISH if name in typed else value if typed else "rub\0bish" for name, value in fields.items()}

    def meant(self) -> dict[str, str]:
        """What somebody might send: what stands there, and words where nothing stands yet."""
        sent = {tag.get("name"): tag.get("value") for tag in self.form.tags if tag.get("name") and not tag.closes}
        for tag in self.form.fields():
            if tag.name == "textarea" or tag.get("type") in ("", "text", "url"):
                sent[tag.get("name")] = tag.get("value") or TYPED.get(tag.get("name"), "undo.example")
        return sent


@pytest.fixture(scope="module")
def resident(demo_home: DemoHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("forms")
    shutil.copytree(demo_home.state, folder / "state")
    (folder / "run").mkdir()
    with at_its_end(demo_home), visiting(Home(folder / "state", folder / "run")) as made:
        yield made


@pytest.fixture(scope="module")
def every(resident: Any) -> list[Case]:
    return list(_cases(resident))


def test_every_form_that_is_refused_comes_back_as_it_was_sent(resident: Any, every: list[Case]) -> None:
    faults = list[str]()
    assert len({case.path for case in every}) > 50
    for case in every:
        sent = {name: value for name, value in case.sent().items() if name != CSRF}
        headers = {"Referer": f"http://telltale{case.page}"}
        response = resident.post(case.path, data={**sent, CSRF: resident.csrf}, headers=headers)
        if case.path not in TAKES_ALL:
            faults += [f"{case.page}: {case.path}: {fault}" for fault in _faults(case, response)]
    assert not faults, "\n".join(faults)


def test_what_every_form_changes_is_offered_to_be_undone(resident: Any, every: list[Case]) -> None:
    faults, undone = list[str](), set[str]()
    for case in every:
        path = re.sub(r"/\d+", "/N", case.path)
        if path in NO_UNDO:
            continue
        response = resident.post(case.path, data={**case.meant(), CSRF: resident.csrf})
        if "telltale-change" not in response.headers:
            continue
        after = resident.get(response.headers["location"]) if response.status_code == 303 else response
        undone.add(path)
        if ">Undo this change" not in after.text.replace("</svg> ", ">"):
            faults.append(f"{case.page}: {path}")
    assert not faults
    assert len(undone) > 20, "the others are refused as they are sent here, or change nothing"


def _cases(resident: Any) -> Iterator[Case]:
    pages = dict[str, str]()

    def get(path: str) -> bytes:
        response = resident.get(path)
        pages[path] = response.text
        return bytes(response.content) if response.status_code == 200 else b""

    seen = set[str]()
    for path in all_pages(resident.app, get, links_in):
        for form in forms(Redrawn(pages[path]).tags):
            names = sorted(tag.get("name") for tag in form.tags if tag.get("name"))
            what = re.sub(r"\d+", "N", f"{form.goes_to()[0]} {names}")
            if form.head.get("method") == "post" and what not in seen and set(names) - {CSRF}:
                seen.add(what)
                yield Case(path, form)


def _faults(case: Case, response: Any) -> Iterator[str]:
    """What of the answer is not as it should be."""
    if not 400 <= response.status_code < 500:
        yield f"{response.status_code}, so nothing is refused"
        return
    tags = Redrawn(response.text).tags
    wrong, ids = [tag for tag in tags if tag.get("aria-invalid") == "true"], {tag.get("id") for tag in tags}
    if not wrong and "told-all" not in ids:
        yield f"{response.status_code} without what is wrong"
    if any(not set(tag.get("aria-describedby").split()) & ids for tag in wrong):
        yield "a wrong field says not what is wrong with it"
    if sum("autofocus" in tag.attributes for tag in tags) != 1:
        yield "the focus is nowhere, or at several"
    texts = re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", response.text, re.DOTALL)
    kept = {tag.get("value") for tag in tags} | {unescape(text) for text in texts}
    typed = [tag for tag in case.form.fields() if tag.name == "textarea" or tag.get("type") in ("", "text", "url")]
    if any(tag.name != "select" for tag in typed) and RUBBISH not in kept:
        yield "what was typed is gone"
