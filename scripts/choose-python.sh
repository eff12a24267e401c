#!/bin/sh
# Finds the interpreters on PATH that Telltale can run with (scripts/python_speed.py says which can).
#
#   scripts/choose-python.sh first     the path of the first; nothing is measured
#   scripts/choose-python.sh fastest   NANOSECONDS VERSION PATH of each, the fastest first
#
# One that is within a twentieth of the fastest and earlier on PATH comes before it: so much is noise, and what PATH
# names first is what the machine's owner looks after. Both print nothing where there is none.
set -eu

here=$(dirname "$0")
NAMES='python3 python3.11 python3.12 python3.13 python3.14 python3.15 python3.16'

places() {   # every such command on PATH, in its order
    IFS=:
    set -f   # a folder may be called anything
    for folder in $PATH; do
        for name in $(printf '%s' "$NAMES" | tr ' ' ':'); do
            if [ -x "$folder/$name" ] && [ ! -d "$folder/$name" ]; then printf '%s\n' "$folder/$name"; fi
        done
    done
}

# -I and -S: nothing of the user's, no packages; -B: an interpreter leaves no bytecode of its own here. A command of that
# name may be anything, also one that waits for something.
ask() { timeout 20 "$1" -ISB "$here/python_speed.py" "$2" </dev/null; }

usable() {   # the real path of each that will do, once; a line each
    places | while IFS= read -r place; do
        ask "$place" look 2>/dev/null || true
    done | awk '!seen[$0]++'
}

case ${1:-} in
    first) usable | head -n 1 ;;
    fastest)
        usable | while IFS= read -r place; do
            ask "$place" measure || true
        done | awk '
            { line[NR] = $0; cost[NR] = $1 }
            END {
                for (left = NR; left > 0; left--) {
                    least = 0
                    for (i = 1; i <= NR; i++) if (i in line && (!least || cost[i] < cost[least])) least = i
                    for (i = 1; i < least; i++) if (i in line && cost[i] <= cost[least] * 1.05) { least = i; break }
                    print line[least]
                    delete line[least]
                }
            }' ;;
    *) printf 'usage: %s first|fastest\n' "$0" >&2; exit 2 ;;
esac
