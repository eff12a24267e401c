# SPDX-License-Identifier: GPL-3.0-or-later
"""The data file holds what it says it does; what the provider gave is read from resolv.conf."""

from pathlib import Path
from urllib.parse import urlsplit

from resolver.transport.endpoint import parse_endpoint
from resolver.upstream import upstream_presets
from resolver.upstream.upstream_presets import How
from store.config import upstream_specs


def test_every_server_can_be_asked_and_every_claim_has_its_source() -> None:
    presets = upstream_presets.presets()
    assert len({preset.id for preset in presets}) == len({preset.title for preset in presets}) == len(presets) >= 12
    servers = [server for preset in presets for server in preset.every]
    assert len(set(servers)) == len(servers), "no server stands for two promises"
    for preset in presets:
        assert len(preset.servers) in (0, 2) and all(parse_endpoint(spec).port == 53 for spec in preset.every)
        assert all(parse_endpoint(spec).encrypted for how in (How.TLS, How.HTTPS) for spec in preset.specs(how))
        assert parse_endpoint(preset.specs(How.TLS)[0]).name == preset.tls and preset.https in preset.known
        assert all(upstream_specs.check_upstream(spec) == spec for spec in preset.known)
        assert urlsplit(preset.source).scheme == "https" and preset.operator
        assert {preset.filters, preset.dnssec, preset.logging, preset.country} <= upstream_presets.WORDS


def test_what_cannot_be_asked_is_no_choice() -> None:
    titles = {preset.title for preset in upstream_presets.presets()}
    others = upstream_presets.gone()
    assert others and not titles & {other.title for other in others}
    assert all(urlsplit(other.source).scheme == "https" for other in others)


def test_the_providers_servers(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("# comment\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\nnameserver\n"
                    "nameserver 2001:db8::1\nnameserver nonsense\nsearch lan\n")
    assert upstream_presets.of_provider([tmp_path / "none", file]) == (
        "192.0.2.1", "[fe80::1%eth0]:53", "[2001:db8::1]:53",
    )  # fmt: skip
    file.write_text("nameserver 127.0.0.1\n")
    assert upstream_presets.of_provider([file]) == ()
