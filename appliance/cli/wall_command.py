# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale wall`: the firewall against ways around DNS, printed, put up, taken down, asked."""

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.errors import Complaint
from appliance.terminal import context as cli_context
from appliance.terminal import printing
from firewall import kernel, netlink, render, wall
from firewall.kernel import WallError
from firewall.plan import Plan
from firewall.sight import sight
from firewall.topology import Role, look
from store.base import languages, status
from store.base.sentences import recall, say, sentence_of, together
from store.config import scopes, settings, usable_settings
from store.config.choices import WallMode
from store.config.settings import Settings
from store.config.wall_switches import BY_NAME, setting_of

if TYPE_CHECKING:
    from store.config.engine import Engine

app = typer.Typer(help="The firewall against ways around DNS.", rich_markup_mode=None)

_ROLES = {
    Role.DNS: say("This machine is a plain DNS server: nothing else passes through it."),
    Role.GATEWAY: say("This machine is the gateway: all that the home sends out passes through it."),
    Role.CHOSEN: say("This machine passes on what devices send through it, and no more."),
}
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would be done, and do nothing.")]


@app.callback(invoke_without_command=True)
def show(context: typer.Context, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """The firewall against ways around DNS; without a command, how it stands."""
    if cli_context.alone(context, state):
        state_of(state, json)


@app.command()
def plan(
    enforce: Annotated[bool, typer.Option("--enforce", help="As if enforced.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="As if watching; so too while the wall is off.")] = False,
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Print the table that would be put up, in nftables' own language."""
    values, made = _planned(state, _mode(enforce, watch))
    if json:
        return printing.as_json({"mode": values.wall, **_described(made), "table": render.render(made)})
    _tell(made)
    print(render.render(made), end="")
    return None


@app.command()
def apply(
    enforce: Annotated[bool, typer.Option("--enforce", help="Redirect and refuse.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Count, and let everything pass (the default).")] = False,
    dry_run: DryRun = False,
    state: cli_context.State = None,
    json: cli_context.Json = False,
) -> None:
    """Put the table up, and keep it up."""
    values, made = _planned(state, _mode(enforce, watch))
    text = render.render(made)
    if dry_run:
        kernel.check(text)
    else:
        kernel.apply(render.render(made, kernel.carried()))
        _remember(state, values.wall)
    if json:
        return printing.as_json({"mode": values.wall, "applied": not dry_run, **_described(made)})
    _tell(made)
    if dry_run:
        return printing.tell(say("The table is sound; nothing was changed."))
    watches = say("The wall stands and counts what goes around DNS and lets it pass.")
    refuses = say("The wall stands and redirects and refuses.")
    return printing.tell(watches if values.wall == WallMode.WATCH else refuses)


@app.command()
def remove(dry_run: DryRun = False, state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """Take the table away, whole, and leave it off."""
    there = kernel.standing()
    if not dry_run:
        # First the wish, or the running process would put the table up again.
        _remember(state, WallMode.OFF)
        kernel.remove()
    if json:
        return printing.as_json({"removed": there and not dry_run, "standing": there})
    if dry_run:
        return print(render.REMOVE, end="") if there else printing.tell(say("There is no table of ours."))
    return printing.tell(say("The wall is down.") if there else say("There was no wall."))


@app.command("set")
def switch(
    kind: Annotated[str, typer.Argument(help=f"{', '.join(BY_NAME)}.")],
    mode: Annotated[str, typer.Argument(help=f"{', '.join(WallMode)}, or default: as the wider scope has it.")],
    group: Annotated[str | None, typer.Option(help="A group's name or number; without, the whole house.")] = None,
    device: Annotated[int | None, typer.Option(help="A device's number.")] = None,
    state: cli_context.State = None,
) -> None:
    """Set one switch of the wall, for the house, a group or a device; none stands above the wall's own mode."""
    if group is not None and device is not None:
        raise Complaint(say("Choose one of --group and --device."))
    engine = cli_context.engine(state)
    from store.wall import wall_edit

    scope = _scope(engine, group, device)
    key = setting_of(kind)
    locked = settings.locked(cli_context.directory(state), os.environ).get(key)
    if scope == str(scopes.HOUSE) and locked:
        raise Complaint(say("{key} is set by {source}; change it there.", key=key, source=recall(locked)))
    wall_edit.put_switches(engine, scope, {kind: None if mode == "default" else mode})
    printing.tell(say("{kind} is at {mode} for {scope}.", kind=kind, mode=mode, scope=scope))


@app.command("status")
def state_of(state: cli_context.State = None, json: cli_context.Json = False) -> None:
    """How the wall stands, and what it caught since it was put up."""
    folder = cli_context.directory(state)
    values = usable_settings.load(folder, os.environ)
    live, where = status.read_live(status.find_run_dir(folder, os.environ)), look()
    firewall, seen = live.firewall, sight(values.wall, live, lambda: where)
    try:
        standing: bool | None = kernel.standing()
        counts = netlink.counters() if standing else {}
        problem = None
    except WallError as error:
        standing, counts, problem = None, dict(firewall.counters) if firewall else {}, sentence_of(error)
    if json:
        fields: dict[str, Any] = {"mode": values.wall, "standing": standing, "counters": counts, "problem": problem}
        fields |= {"switches": firewall.switches if firewall else {}, "lowered": firewall.lowered if firewall else {}}
        place = {"place": where.role, "container": where.container, "process": firewall}
        unseen = list(filter(None, (seen.why, seen.cure)))
        return printing.as_json({**fields, **place, "sees": seen.sees, "unseen": unseen})
    stands = {True: say("up"), False: say("down"), None: say("not to be seen from here")}[standing]
    printing.tell(say("The wall is set to {wall}; its table is {stands}.", wall=values.wall, stands=stands))
    printing.tell(_ROLES[where.role])
    if not seen.sees:
        why = together(*filter(None, (seen.why, seen.cure)))
        printing.tell(say("What goes around DNS is not visible from here. {why}", why=why))
    if problem:
        printing.tell(problem)
    if firewall and firewall.standing:
        rows = [(name, values.wall_switches[name], mode, firewall.lowered.get(name)) for name, mode in
                firewall.switches.items()]  # fmt: skip
        printing.table((say("SWITCH"), say("SET TO"), say("NOW"), say("WHY")), rows)
    if counts:
        printing.table((say("KIND"), say("CAUGHT")), sorted(counts.items()))
    return None


def _scope(engine: "Engine", group: str | None, device: int | None) -> str:
    """The scope of a device by its number, of a group by its name or number, else the house."""
    from store.household import groups as household_groups

    if device is not None:
        return str(scopes.device(device))
    if group is None:
        return str(scopes.HOUSE)
    for row in household_groups.groups(engine):
        if row.id is not None and group in (row.name, str(row.id)):
            return str(scopes.group(row.id))
    raise Complaint(say("There is no group '{group}'.", group=group))


def _mode(enforce: bool, watch: bool) -> WallMode | None:
    if enforce and watch:
        raise Complaint(say("Choose one of --watch and --enforce."))
    return WallMode.ENFORCE if enforce else WallMode.WATCH if watch else None


def _planned(state: str | None, mode: WallMode | None) -> tuple[Settings, Plan]:
    """Settings with the wall at `mode`, or as it is set, or watching while it is off; and their plan."""
    folder = cli_context.directory(state)
    values = wall.wanted(folder, os.environ).settings
    values = dataclasses.replace(values, wall=mode or (WallMode.WATCH if values.wall == WallMode.OFF else values.wall))
    return values, wall.planned(values, status.find_run_dir(folder, os.environ), folder)


def _remember(state: str | None, mode: WallMode) -> None:
    """Write the mode where the running appliance sees it; without a state directory the table stands alone."""
    folder: Path = cli_context.directory(state)
    if not (folder / "config.db").exists():
        return
    if where := settings.locked(folder, os.environ).get("wall"):
        source = recall(where)
        printing.tell(say(
            "The wall's mode is fixed by {source}; this lasts until the appliance looks again.", source=source
        ))
        return

    def wish() -> None:
        from store.config import edit

        edit.put_settings(cli_context.engine(state), {"wall": mode})

    # To edit, root becomes the directory's owner for good, whom the kernel lets change no firewall.
    cli_context.edit_in_child(wish)


def _described(made: Plan) -> dict[str, Any]:
    return {"switches": dict(made.house), "notes": made.notes}


def _tell(made: Plan) -> None:
    for note in made.notes:
        print(f"# {languages.tell_here(note)}")
