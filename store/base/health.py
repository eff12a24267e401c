# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the appliance is: one verdict of what its processes say, whether DNS answers, and the clock. Pure.

`telltale health`, GET /health, the banner of every page, the settings page and the doctor all show this one value, so
they say the same in the same words. A problem's sentence may name paths and lists; its id, its part and its state say
nothing of the home.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from store.base import router_guides
from store.base.process_parts import Part, State, failing, find_parts
from store.base.process_status import DhcpState, Moment, Statuses, SupervisorStatus, UpstreamStatus
from store.base.sentences import Sentence, say, say_count, together

HOME_HIDDEN = "home_hidden"
NEW_LOG_SECONDS = 86_400.0  # how long it is told that the log was begun anew
TURNED_AWAY_SECONDS = 600.0  # for which it is told that a client asked too much
TURNED_AWAY_MAX = 5  # clients that are named
_RANK = {State.OK: 0, State.DEGRADED: 1, State.DOWN: 2}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in a plain sentence with the cure; `part` is the role of the process, where it is one's.

    `down`: DNS does not answer. `degraded`: something else does not do its work. `ok`: worth knowing, and all work.
    """

    id: str
    state: State
    sentence: str
    cure: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """`status` is the state of the worst problem, and problems come the worst first.

    `workers`: how many report. `dropped`: records, since the workers started. `restarting`: roles that keep ending.
    """

    status: State
    dns: State
    recorder: State
    updater: State
    workers: int
    dropped: int
    restarting: tuple[str, ...]
    problems: tuple[Problem, ...]
    parts: tuple[Part, ...]


def assess(statuses: Statuses, dns_answers: bool, now: Moment) -> Health:
    """The verdict. `dns_answers`: whether the appliance answered for its own name just now."""
    live = statuses.live(now)
    parts = {part.role: part for part in find_parts(live)}
    facts = _Facts(live, dns_answers, parts)
    problems = sorted(_problems(facts), key=lambda problem: -_RANK[problem.state])
    return Health(
        status=problems[0].state if problems else State.OK,
        dns=State.OK if dns_answers else State.DOWN,
        recorder=parts["recorder"].state,
        updater=parts["updater"].state if "updater" in parts else State.OK,
        workers=len(live.workers),
        dropped=facts.dropped,
        restarting=failing(live),
        problems=tuple(problems),
        parts=tuple(parts.values()),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What problems are looked for in; the statuses are live ones."""

    live: Statuses
    dns_answers: bool
    parts: dict[str, Part]

    @property
    def supervisor(self) -> SupervisorStatus:
        """An empty one while none reports."""
        return self.live.supervisor or SupervisorStatus()

    @property
    def dropped(self) -> int:
        return sum(worker.dropped for worker in self.live.workers.values())

    @property
    def all_gone(self) -> bool:
        return not (self.dns_answers or self.live.supervisor or self.live.workers or self.live.recorder)

    def is_silent(self, role: str) -> bool:
        return self.parts[role].state is State.DOWN


def _problems(facts: _Facts) -> Iterator[Problem]:
    """One after the other, those of one state in the order of `_LOOKS`; one is enough where nothing runs at all."""
    for look in _LOOKS[:2] if facts.all_gone else _LOOKS:
        yield from look(facts)


def _dns(facts: _Facts) -> Iterator[Problem]:
    if not facts.dns_answers:
        cure = say("`telltale doctor` looks for the cause, and the workers' last lines in the log may name it.")
        yield Problem("dns_silent", State.DOWN, say("DNS does not answer."), cure)


def _supervisor(facts: _Facts) -> Iterator[Problem]:
    if facts.all_gone:
        yield Problem("not_running", State.DOWN, say("Telltale does not run."), say("Start it with `telltale run`."))
    elif facts.is_silent("supervisor"):
        sentence = say("The supervisor does not report, so nothing is started again that ends.")
        yield Problem("supervisor_silent", State.DEGRADED, sentence, say("Restart Telltale."), "supervisor")


def _workers(facts: _Facts) -> Iterator[Problem]:
    for role, part in facts.parts.items():
        if role.startswith("worker-") and part.words == "silent":
            sentence = say("“{role}” has not reported for a while.", role=role)
            cure = say("It is started anew by itself; if that does not help, its last lines in the log say why.")
            yield Problem("worker_silent", State.DEGRADED, sentence, cure, role)


def _upstreams(facts: _Facts) -> Iterator[Problem]:
    """All upstreams of every worker that asked any; a worker that stands by has asked none and knows nothing."""
    asking = [
        worker.upstreams
        for worker in facts.live.workers.values()
        if any(upstream.answers or upstream.failures for upstream in worker.upstreams)
    ]
    every = [upstream for upstreams in asking for upstream in upstreams]
    asked = [upstream for upstream in every if not upstream.spare]
    if asked and all(upstream.down for upstream in asked):
        yield _none_answers(asked, [upstream for upstream in every if upstream.spare])
    elif asked and all(upstream.down or upstream.refuses for upstream in asked):
        specs = ", ".join(sorted({upstream.spec for upstream in asked if upstream.refuses}))
        sentence = say("No upstream helps: {specs} refuses or fails whatever it is asked.", specs=specs)
        cure = say("A server that is not meant for this line refuses: choose other upstreams on the page Settings.")
        yield Problem("upstreams_refuse", State.DEGRADED, sentence, together(*_faults(asked), cure))
    else:
        for spec, fault in sorted({(each.spec, each.fault) for each in asked if each.fault and each.down}):
            sentence = together(say("The upstream {spec} cannot be used.", spec=spec), fault)
            yield Problem("upstream_fault", State.OK, sentence, say("The others are asked meanwhile."))


def _none_answers(asked: list[UpstreamStatus], spare: list[UpstreamStatus]) -> Problem:
    """What becomes of names then, and why."""
    specs = ", ".join(sorted({upstream.spec for upstream in asked}))
    cure = say("Look whether the internet is there; if it is, choose other upstreams on the page Settings.")
    if any(not upstream.down for upstream in spare):
        plain = ", ".join(sorted({upstream.spec for upstream in spare}))
        sentence = say("No encrypted upstream answers ({specs}), so names are asked in the clear now, of {plain}.",
                       specs=specs, plain=plain)  # fmt: skip
        return Problem("upstreams_in_clear", State.DEGRADED, sentence, together(*_faults(asked), cure))
    sentence = say("No upstream answers ({specs}), so only what is known or blocked is answered.", specs=specs)
    if any(upstream.encrypted for upstream in asked) and not spare:
        sentence = together(sentence, say("Nothing is asked in the clear (upstream_mode strict)."))
    return Problem("upstreams_down", State.DEGRADED, sentence, together(*_faults(asked), cure))


def _faults(upstreams: list[UpstreamStatus]) -> list[Sentence]:
    """Why they cannot be reached, each server once."""
    faults = sorted({(upstream.spec, upstream.fault) for upstream in upstreams if upstream.fault})
    return [together(say("The upstream {spec} cannot be used.", spec=spec), fault) for spec, fault in faults]


def _circles(facts: _Facts) -> Iterator[Problem]:
    """Upstreams by which the appliance asks itself, each once."""
    for spec in sorted({spec for worker in facts.live.workers.values() for spec in worker.circles}):
        sentence = say("The upstream {spec} is this appliance itself: it asks itself in a circle.", spec=spec)
        cure = say("Choose another where it was chosen: the page Settings, a variable, a group, or a forwarded domain.")
        yield Problem("upstream_circle", State.DEGRADED, sentence, cure)


def _restarting(facts: _Facts) -> Iterator[Problem]:
    for role in failing(facts.live):
        sentence = say("“{role}” keeps ending and is started again.", role=role)
        cure = say("Its last lines in the log say why; after a full disk or a bad update, restart Telltale.")
        yield Problem("restarting", State.DEGRADED, sentence, cure, role)


def _state_directory(facts: _Facts) -> Iterator[Problem]:
    if facts.supervisor.read_only:
        sentence = say("The state directory cannot be written: DNS is answered, and nothing recorded or changed.")
        cure = say("Put right what is said beside this; the rest begins by itself then.")
        yield Problem("read_only", State.DEGRADED, sentence, cure)


def _fallbacks(facts: _Facts) -> Iterator[Problem]:
    """Files and variables that cannot be used, each once, whoever found it out."""
    tellers = (facts.live.supervisor, *facts.live.workers.values(), facts.live.recorder)
    for fallback in dict.fromkeys(text for teller in tellers if teller for text in teller.fallbacks):
        cure = say("Put it right; it is looked at again by itself. docs/running.md tells what each file is.")
        yield Problem("fallback", State.DEGRADED, fallback, cure)


def _recorder(facts: _Facts) -> Iterator[Problem]:
    recorder = facts.live.recorder
    if facts.is_silent("recorder") and not facts.supervisor.read_only:  # which says it already
        sentence = say("Queries are not being recorded just now, so the pages stand still.")
        cure = say("Its last lines in the log may say why; if it does not come back within a minute, restart Telltale.")
        yield Problem("recorder_silent", State.DEGRADED, sentence, cure, "recorder")
    if recorder and recorder.error:
        sentence = say("The recorder cannot write: {error}.", error=recorder.error.rstrip("."))
        cure = say("Look at the disk: it may be full, or failing. What waits is written as soon as it can be.")
        yield Problem("recorder_error", State.DEGRADED, sentence, cure, "recorder")


def _new_log(facts: _Facts) -> Iterator[Problem]:
    recorder = facts.live.recorder
    if not (recorder and recorder.begun_at and recorder.time - recorder.begun_at < NEW_LOG_SECONDS):
        return
    when = time.strftime("%H:%M", time.localtime(recorder.begun_at))
    if recorder.begun_why == "damaged":
        sentence = say("The query log was damaged and was begun anew at {when}; the damaged file is kept.", when=when)
    else:
        sentence = say(
            "The query log was deleted, emptied or replaced at {when}; another has gone on since.", when=when
        )
    cure = say("To empty the log, stop Telltale first; to keep less, shorten log_keep_days on the page Settings.")
    yield Problem("new_log", State.OK, sentence, cure, "recorder")


def _hidden_home(facts: _Facts) -> Iterator[Problem]:
    home = facts.live.recorder.hidden_home if facts.live.recorder else None
    if home and home.cause:
        sentence, cure = router_guides.sentence(home), router_guides.steps(home)
        yield Problem(HOME_HIDDEN, State.OK, sentence, cure, "recorder")


def _updater(facts: _Facts) -> Iterator[Problem]:
    if facts.live.updater and (failed := len(facts.live.updater.errors)):
        sentence = say_count(
            failed,
            "A blocklist could not be updated; its last good copy, if there is one, stays in use.",
            "{count:,} blocklists could not be updated; their last good copies, if there are any, stay in use.",
        )
        cure = say("The page Blocklists and `telltale lists` say which and why; correct its source, or turn it off.")
        yield Problem("updater_error", State.DEGRADED, sentence, cure, "updater")


def _firewall(facts: _Facts) -> Iterator[Problem]:
    firewall = facts.live.firewall
    if firewall and firewall.error:
        sentence = say("The wall's last change was not carried out: {error}.", error=firewall.error.rstrip("."))
        cure = say("The wall stays as it was; the page Bypass and `telltale wall status` say how it stands.")
        yield Problem("firewall_error", State.DEGRADED, sentence, cure, "firewall")


def _dhcp(facts: _Facts) -> Iterator[Problem]:
    dhcp = facts.live.dhcp
    if dhcp and dhcp.error:
        cure = say("`telltale dhcp` says how it stands; devices keep the addresses that they have until those end.")
        yield Problem("dhcp_error", State.DEGRADED, dhcp.error, cure, "dhcp")
    elif unserved := facts.supervisor.unserved_dhcp:
        cure = say("Or turn it off: `telltale dhcp off`, or where it is set.")
        yield Problem("dhcp_error", State.DEGRADED, unserved, cure, "supervisor")
    elif dhcp and dhcp.state is DhcpState.SERVING and dhcp.others and not dhcp.allowed_beside:
        others = ", ".join(dhcp.others)
        sentence = say("Another DHCP server hands out addresses beside this one: {others}.", others=others)
        cure = say("Turn it off there (mostly that is the router), or turn ours off: `telltale dhcp off`.")
        yield Problem("dhcp_others", State.DEGRADED, sentence, cure, "dhcp")


def _recursor(facts: _Facts) -> Iterator[Problem]:
    nowhere = any(worker.nowhere for worker in facts.live.workers.values())
    for word, sentence, cure in facts.live.recursor.problems(nowhere=nowhere) if facts.live.recursor else ():
        yield Problem(word, State.DEGRADED, sentence, cure, "recursor")


def _evidence(facts: _Facts) -> Iterator[Problem]:
    evidence = facts.live.evidence
    if evidence and evidence.error:
        cure = say("Make room on the disk, and look who owns the state directory; it goes on by itself within minutes.")
        yield Problem("evidence_error", State.DEGRADED, evidence.error, cure)


def _encrypted(facts: _Facts) -> Iterator[Problem]:
    """Ports that were asked for and stay shut. What is wrong with a certificate itself is told by `_certificate`."""
    encrypted = facts.live.encrypted
    if encrypted and encrypted.error and facts.supervisor.encrypted:
        sentence = say("Encrypted DNS: {why}", why=encrypted.error)
        cure = say("Plain DNS and the pages go on; `telltale certificate` says how the certificate stands.")
        yield Problem("encrypted_error", State.OK if encrypted.serving else State.DEGRADED, sentence, cure, "encrypted")


def _certificate(facts: _Facts) -> Iterator[Problem]:
    for fault in facts.live.certificate.faults if facts.live.certificate else ():
        state = State.DEGRADED if fault.bad else State.OK
        yield Problem(f"certificate_{fault.id}", state, fault.sentence, fault.cure)


def _warnings(facts: _Facts) -> Iterator[Problem]:
    for warning in facts.supervisor.warnings:
        cure = say("Put it right and start Telltale again; docs/running.md tells of ports.")
        yield Problem("warning", State.OK, warning, cure, "supervisor")


def _restored(facts: _Facts) -> Iterator[Problem]:
    if restored := facts.supervisor.restored:
        cure = say("Look whether the settings are as you left them: what was changed since that copy is lost.")
        sentence = say("The settings were put back: {what}", what=restored)
        yield Problem("restored", State.OK, sentence, cure, "supervisor")


def _dropped(facts: _Facts) -> Iterator[Problem]:
    if count := facts.dropped:
        sentence = say_count(
            count,
            "{count:,} query was answered but not recorded, since the log could not keep up.",
            "{count:,} queries were answered but not recorded, since the log could not keep up.",
        )
        cure = say("It happens while the recorder is restarted or the disk is slow; if it grows, look at the disk.")
        yield Problem("dropped", State.OK, sentence, cure)


def _turned_away(facts: _Facts) -> Iterator[Problem]:
    """Who asks more than the home lets a client: each by itself, what all workers say of it together."""
    counts: dict[str, int] = {}
    for worker in facts.live.workers.values():
        for away in worker.turned_away:
            if worker.time - away.last < TURNED_AWAY_SECONDS:
                counts[away.client] = counts.get(away.client, 0) + away.queries
    for client, count in sorted(counts.items(), key=lambda each: -each[1])[:TURNED_AWAY_MAX]:
        sentence = say_count(
            count,
            "{client} asks more than one client may (rate_limit): {count:,} query of it was turned away.",
            "{client} asks more than one client may (rate_limit): {count:,} queries of it were turned away.",
            client=client,
        )
        cure = say("Look what it asks for; if it stands for many devices, as a router does, name it in "
                   "rate_limit_exempt on the page Settings.")  # fmt: skip
        yield Problem("turned_away", State.OK, sentence, cure)


# A kind of problem is one of these. That no upstream answers is no reason to call DNS down: whoever restarts what is
# down would do so whenever the provider has a bad hour.
_LOOKS: tuple[Callable[[_Facts], Iterator[Problem]], ...] = (
    _dns, _supervisor, _workers, _upstreams, _circles, _restarting, _state_directory, _fallbacks, _recorder, _new_log,
    _hidden_home, _updater, _firewall, _dhcp, _recursor, _evidence, _encrypted, _certificate, _warnings, _restored,
    _dropped, _turned_away,
)  # fmt: skip
