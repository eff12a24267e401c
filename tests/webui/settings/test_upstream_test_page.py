# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers are tried before they are chosen, and what they do is told in plain words."""

from typing import Any

import pytest
from scripted_upstream import ScriptedUpstream

from resolver.upstream import trial, upstream_presets
from resolver.upstream.trial import Outcome, Trial
from store.config import edit, settings
from webui.settings import upstreams_part

pytestmark = pytest.mark.process


def test_your_own_is_tried_and_nothing_is_stored(newcomer: Any) -> None:
    with ScriptedUpstream() as upstream:
        part = newcomer.tap("/settings/upstreams/test", upstreams=upstream.spec).text
        page = newcomer.form("/settings/upstreams/test", upstreams=upstream.spec).text
    for text in (part, page):
        assert f"<code>{upstream.spec}</code>" in text and "Answers in" in text
        assert "It gives an address for names that do not exist" in text
        assert "It does not check signatures (DNSSEC)." in text
    assert "<html" not in part and "Where names are looked up" in page
    assert settings.load(newcomer.home.state, {}).upstreams == ("9.9.9.9", "149.112.112.112")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("dns.example", "is no IP address"), ("h3://9.9.9.9", "not spoken"), ("127.0.0.1", "itself in a circle"),
     (",".join(f"198.51.100.{n}" for n in range(1, 14)), "At most 12 servers can be tried at once."),
     ("<b>", "&lt;b&gt;")],
)  # fmt: skip
def test_what_cannot_be_tried_is_said(newcomer: Any, typed: str, said: str) -> None:
    assert said in newcomer.tap("/settings/upstreams/test", upstreams=typed).text


def test_presets_are_chosen_in_their_order(newcomer: Any) -> None:
    choose = "/settings/upstreams/choose"
    answer = newcomer.post(choose, data={"csrf": newcomer.csrf, "preset": ["cloudflare", "quad9", "none of it"]})
    assert answer.headers["location"] == "/settings/upstreams?notice=saved"
    assert settings.load(newcomer.home.state, {}).upstreams == ("9.9.9.9", "149.112.112.112", "1.1.1.1", "1.0.0.1")
    assert newcomer.form(choose, preset="none of it").status_code == 422
    newcomer.form(choose, preset="google", ipv6="on")
    upstreams = settings.load(newcomer.home.state, {}).upstreams
    assert upstreams == ("8.8.8.8", "8.8.4.4", "[2001:4860:4860::8888]:53", "[2001:4860:4860::8844]:53")
    page = newcomer.get("/settings/upstreams").text
    assert "Google Public DNS hears which names your home asks for: Google, USA." in page
    (newcomer.home.state / "telltale.toml").write_text('upstreams = ["9.9.9.9"]\n')
    assert newcomer.form(choose, preset="google").status_code == 409


def test_presets_are_tried(newcomer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def tried(specs: Any, names: Any, bootstrap: Any) -> list[Trial]:
        asked.extend(specs)
        return [Trial(spec, Outcome.SILENT, asked=1) for spec in specs]

    monkeypatch.setattr(trial, "tried", tried)
    part = newcomer.tap("/settings/upstreams/test/presets", preset="dnssb").text
    assert asked == ["185.222.222.222", "45.11.45.11"] and "It does not answer" in part
    assert "Tick one first." in newcomer.tap("/settings/upstreams/test/presets").text


def test_presets_are_asked_over_tls_or_https_as_is_chosen(newcomer: Any) -> None:
    choose = "/settings/upstreams/choose"
    newcomer.form(choose, preset="quad9", how="tls")
    specs = ("tls://9.9.9.9#dns.quad9.net", "tls://149.112.112.112#dns.quad9.net")
    assert settings.load(newcomer.home.state, {}).upstreams == specs
    page = newcomer.get("/settings/upstreams").text
    assert "and nobody on the way" in page and '<option value="tls" selected>' in page
    newcomer.form(choose, preset="quad9", how="https")
    assert settings.load(newcomer.home.state, {}).upstreams == ("https://dns.quad9.net/dns-query",)
    newcomer.form(choose, preset="mullvad")
    assert settings.load(newcomer.home.state, {}).upstreams == ("tls://dns.mullvad.net",), "it answers no plain DNS"


def test_what_the_provider_gave_is_offered(newcomer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream_presets, "of_provider", lambda: ("192.0.2.53",))
    assert "<code>192.0.2.53</code>" in newcomer.get("/settings/upstreams").text
    newcomer.form("/settings/upstreams/choose", preset="provider")
    assert settings.load(newcomer.home.state, {}).upstreams == ("192.0.2.53",)
    edit.put_settings(newcomer.engine(), {"upstreams": ["192.0.2.1", "192.0.2.2"]})


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.ANSWERS])
def test_each_way_to_fail_has_its_sentence(outcome: Outcome) -> None:
    line = upstreams_part.line(Trial("192.0.2.1", outcome, asked=1))
    assert not line.good and len(line.sentence) > 40


def test_a_good_one_and_a_shaky_one() -> None:
    good = upstreams_part.line(Trial("192.0.2.1", Outcome.ANSWERS, 9.0, 12.0, 5, 5, False, True))
    assert good.good and "Answers in 12" in good.sentence and "checks signatures" in good.notes[0]
    shaky = upstreams_part.line(Trial("192.0.2.1", Outcome.ANSWERS, 9.0, 12.0, 3, 5))
    assert not shaky.good and "2 of 5 questions were not answered." in shaky.sentence and shaky.notes == ()


def test_who_hears_is_told_by_name_and_each_once() -> None:
    specs = ("tls://9.9.9.9#dns.home.example", "https://dns.home.example/dns-query", "192.168.1.1:5300", "no server")
    said = str(upstreams_part.lead(specs, ()))
    assert said == "3 servers hear which names your home asks for: dns.home.example, 192.168.1.1, no server."
