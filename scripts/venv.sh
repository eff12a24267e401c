#!/bin/sh
# Makes .venv with the locked packages and the project itself, and does nothing when that already stands.
#
#   scripts/venv.sh run    what the appliance needs
#   scripts/venv.sh dev    that, and what tests and linters need; it serves `run` too
#   VENV=build/tools scripts/venv.sh compiled    what makes machine code of the hot files, and nothing of ours
#
# PYTHON names the interpreter. Empty or unset, an environment that stands keeps its own, and a new one gets the fastest
# on the machine that the locked packages can be installed for (scripts/choose-python.sh).
#
# Every package comes with its hash from a lock file, the build tool included, so two installs are the same. Where pip
# fetches from is pip's own configuration, never ours.
set -eu

PYTHON=${PYTHON:-}
VENV=${VENV:-.venv}
here=$(dirname "$0")
kind=${1:-run}

case $kind in
    run) locks='requirements.lock requirements-build.lock' ;;
    dev) locks='requirements-dev.lock requirements-build.lock' ;;
    compiled) locks='requirements-compiled.lock' ;;
    *) printf 'usage: %s run|dev|compiled\n' "$0" >&2; exit 2 ;;
esac

# A stamp names the kind, the interpreter and the contents of its locks: a system upgrade rebuilds too.
stamp_of() { printf '%s %s %s\n' "$1" "$("${PYTHON:-$VENV/bin/python}" -V)" "$(cat $2 | cksum)"; }
project_stamp() { printf '%s %s\n' "$PWD" "$(cksum <pyproject.toml)"; }
stands() { [ -f "$VENV/$1" ] && [ "$(cat "$VENV/$1")" = "$2" ]; }
pip() { "$VENV/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }

packages_stand() {
    "$VENV/bin/python" -c '' 2>/dev/null || return 1
    stands .packages "$(stamp_of "$kind" "$locks")" && return 0
    # The tools for tests come on top of what runs, so a dev environment serves `run` as it is.
    [ "$kind" = run ] && stands .packages "$(stamp_of dev 'requirements-dev.lock requirements-build.lock')"
}

# With `fill PYTHON`; fails where a package cannot be had for it, which a new version of Python may well mean.
fill() {
    rm -rf "$VENV" 2>/dev/null || {
        printf '%s cannot be made anew: it belongs to somebody else, perhaps to root. Delete it, or call make as they did.\n' \
            "$VENV" >&2
        exit 1
    }
    "$1" -m venv "$VENV" || return 1
    for lock in $locks; do pip install --require-hashes -r "$lock" || return 1; done
    PYTHON=$1 stamp_of "$kind" "$locks" >"$VENV/.packages"
}

fill_with_fastest() {
    printf 'Measuring the interpreters that are here …\n' >&2
    measured=$(sh "$here/choose-python.sh" fastest)
    [ -n "$measured" ] || measured="? ? python3"
    printf '%s\n' "$measured" | awk '{ printf "  %-8s %s: %s ns a query\n", $2, $3, $1 }' >&2
    for place in $(printf '%s\n' "$measured" | awk '{ print $3 }'); do
        printf 'Setting up %s with %s (a minute or two on a Raspberry Pi)\n' "$VENV" "$place" >&2
        fill "$place" </dev/null && return 0
        printf 'That did not work with %s.\n' "$place" >&2
    done
    return 1
}

if ! packages_stand; then
    if [ -n "$PYTHON" ]; then
        printf 'Setting up %s (a minute or two on a Raspberry Pi)\n' "$VENV" >&2
        fill "$PYTHON"
    else
        fill_with_fastest
    fi
fi

if [ "$kind" != compiled ] && ! stands .project "$(project_stamp)"; then
    pip install --no-deps --no-build-isolation --no-index --editable .
    project_stamp >"$VENV/.project"
fi

if [ "$kind" = run ]; then
    "$VENV/bin/python" -c 'import sys; print("Python", sys.version.split()[0], "of", sys._base_executable)' >&2
fi
