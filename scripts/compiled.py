# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes machine code of the hot files. `make compiled` runs it with the tools of requirements-compiled.lock, and names
the interpreter that has what the appliance imports.

    native/hot_files.txt ─► mypyc ─► C ─┐
    the .pyx files ─► Cython ─► C ─► the C compiler ─► native/built/<interpreter and processor>/

C files and objects lie under build/compiled. When the build fails, what was there before stays.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from Cython.Build import cythonize
from mypyc.build import mypycify
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

HOUSE = Path(__file__).parents[1]
sys.path.insert(0, str(HOUSE))

from native.finder import BUILT  # noqa: E402
from native.manifest import hash_of  # noqa: E402
from native.publish import publish  # noqa: E402
from native.sources import CYTHON, DATAGRAMS, hot_files, leaned_on  # noqa: E402

WORK = HOUSE / "build" / "compiled"
GROUP = "telltale_hot"  # the library is then telltale_hot__mypyc


def build(paths: list[str], out: Path) -> None:
    """Compile into a folder of packages."""
    arguments = ["--config-file=pyproject.toml", "--no-warn-unused-ignores"]
    if interpreter := sys.argv[1:]:  # whose packages have the types of what we import
        arguments.append(f"--python-executable={interpreter[0]}")
    extensions = mypycify(
        [*arguments, *paths], opt_level="3", debug_level="0", multi_file=True, target_dir=str(WORK), group_name=GROUP
    )
    by_hand = [Extension(name, [source], extra_compile_args=["-O3", "-g0"]) for name, source in CYTHON.items()]
    extensions += cythonize(by_hand, build_dir=str(WORK), language_level=3, quiet=True)
    for extension in extensions:
        extension.extra_link_args += ["-s"]  # half of a library's size is names for debuggers
    command = build_ext(Distribution({"name": "telltale-hot", "ext_modules": extensions}))
    command.build_lib, command.build_temp, command.parallel = str(out), str(WORK / "objects"), os.cpu_count()
    command.ensure_finalized()
    command.run()


def arm_version() -> int:
    """Which version of 32-bit ARM the compiler makes code for, 0 for any other processor: Raspberry Pi OS's is for the
    sixth, Debian's for the seventh, whatever the machine is on which it runs."""
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")
    said = subprocess.run(
        [*compiler, "-dM", "-E", "-x", "c", os.devnull], capture_output=True, text=True, check=False
    ).stdout
    macros = dict(line.split(" ", 2)[1:] for line in said.splitlines() if line.count(" ") >= 2)
    return int(macros.get("__ARM_ARCH", "0")) if "__arm__" in macros else 0


def somebody_elses() -> Path | None:
    """What we shall have to replace, and may not: root has compiled here, perhaps."""
    ours = os.geteuid()
    return next((place for place in (WORK, BUILT.parent, BUILT) if ours and place.exists()
                 and place.stat().st_uid != ours), None)  # fmt: skip


def main() -> int:
    os.chdir(HOUSE)
    if place := somebody_elses():
        print(f"{place} belongs to somebody else, perhaps root: delete it, or call make as they did.", file=sys.stderr)
        return 1
    begun, paths, out = time.monotonic(), hot_files(HOUSE), WORK / "out"
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)  # somebody mounted a larger disk there, perhaps
    sources = leaned_on(HOUSE, paths)
    for source in CYTHON.values():
        sources |= {source, source.replace(".pyx", ".py")}
    known = {path: hash_of(HOUSE / path) for path in sources}  # before anything is read of them
    print(f"Compiling {len(paths)} hot files; warnings (Treating ..., Unsupported ...) do no harm.", flush=True)
    build(paths, out)
    size = sum(file.stat().st_size for file in out.rglob("*.so")) / 1e6
    manifest = publish(out, known, BUILT, arm_version())
    print(f"Compiled {len(paths)} hot files{' and the datagrams' if DATAGRAMS in manifest.modules else ''}"
          f" in {time.monotonic() - begun:.0f} s: {size:.1f} MB in {BUILT.relative_to(HOUSE)}")  # fmt: skip
    if changed := manifest.changed(HOUSE):
        print(f"{changed[0]} was changed meanwhile, so plain Python runs: `make compiled` again.", file=sys.stderr)
        return 1
    print("A Telltale that runs takes it up when it is started again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
