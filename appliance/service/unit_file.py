# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd unit, as `telltale install` writes it. Pure.

`python -m appliance.service.unit_file > deploy/telltale.service` writes the one for who installs by hand.
"""

from __future__ import annotations

from appliance.service.install_choices import PROGRAM, Choices

_STATE_OF_SYSTEMD = "/var/lib/"

_TEXT = """\
# Telltale under systemd. `sudo telltale install` writes this file, and `sudo telltale uninstall` takes it away.
# Options of your own, such as TELLTALE_UPSTREAMS=9.9.9.9, go into /etc/default/telltale.

[Unit]
Description=Telltale, a DNS blocker for the home
# Addresses named with --dns must be there; the wildcard ones below need no network, so that DNS is up before it.
After=network.target
Before=nss-lookup.target
Wants=nss-lookup.target
# It restarts its own parts with back-off; when even it keeps ending, trying on is still better than no DNS.
StartLimitIntervalSec=0

[Service]
Type=exec
User={user}
Group={user}
ExecStart={program}/bin/telltale run {options}
ExecReload=/bin/kill -HUP $MAINPID
Environment=TELLTALE_STATE={state} PYTHONUNBUFFERED=1
EnvironmentFile=-/etc/default/telltale
{place}
Restart=always
RestartSec=2
# SIGTERM goes to the supervisor alone: it ends its children in order, so that no query and no record is lost.
KillMode=mixed
TimeoutStopSec=15
LimitNOFILE=16384
OOMScoreAdjust=-200
# No WatchdogSec: the supervisor watches its children itself, and one that is slow must not take away their answers.

{why}
AmbientCapabilities={powers}
CapabilityBoundingSet={powers}
NoNewPrivileges=yes

ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies={families}
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
# Giving up powers takes these of @privileged.
SystemCallFilter=capset setgroups setresuid setresgid
SystemCallErrorNumber=EPERM
UMask=0077

[Install]
WantedBy=multi-user.target
"""

_BIND_ALONE = """\
# It may bind ports under 1024, and gives that up once it has. `telltale install --wall` adds what the wall needs
# (docs/wall.md), `--dhcp` what DHCP needs (docs/dhcp.md)."""
_WALL = """\
# It may bind ports under 1024, and gives that up once it has. CAP_NET_ADMIN goes to the firewall process, which listens
# on nothing, and while the wall is off to a process that waits for its switch alone."""
_DHCP = """\
# It may bind ports under 1024, and gives that up once it has. All three go to what serves DHCP (docs/dhcp.md),
# CAP_NET_ADMIN to the wall, and while both are off to a process that waits for their switches alone."""


def render(choices: Choices) -> str:
    """The whole text."""
    options = [f"--dns {endpoint}" for endpoint in choices.dns] + [f"--web {choices.web}"]
    powers = ["CAP_NET_BIND_SERVICE"]
    powers += ["CAP_NET_ADMIN"] if choices.wall or choices.dhcp else []
    powers += ["CAP_NET_RAW"] if choices.dhcp else []
    families = ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", *(["AF_PACKET"] if choices.dhcp else [])]
    return _TEXT.format(
        user=choices.user, program=PROGRAM, options=" ".join(options), state=choices.state,
        place=_place(choices.state), powers=" ".join(powers), families=" ".join(families),
        why=_DHCP if choices.dhcp else _WALL if choices.wall else _BIND_ALONE,
    )  # fmt: skip


def _place(state: str) -> str:
    """What lets the service write its state, where all else is read-only."""
    if state.startswith(_STATE_OF_SYSTEMD):
        return f"StateDirectory={state.removeprefix(_STATE_OF_SYSTEMD).rstrip('/')}\nStateDirectoryMode=0700"
    return f"ReadWritePaths={state}"


if __name__ == "__main__":
    print(render(Choices()), end="")
