# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m bench.connections SPEC COUNT`: KiB that a worker's connection to an upstream takes, as a line of JSON.

Each connection goes to another address of 127.0.0.0/8, as if it were another server; over each, one question is
answered first, so that its buffers are there. `SSL_CERT_FILE` names the authority.
"""

import asyncio
import gc
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench import packets, procfs
from resolver.transport.endpoint import Endpoint, parse_endpoint
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from resolver.upstream.route import Route, to_servers
from wire import message
from wire.message import Response

WARM = 3  # connections before the first look: code, authorities and the first pages of memory are everybody's


async def measure(spec: str, count: int) -> float:
    """KiB a connection, the mean of `count`. Raises OSError where one of them carries nothing."""
    endpoint = parse_endpoint(spec)
    forwarder = Forwarder(asyncio.get_running_loop(), [endpoint], 5.0)
    try:
        await asyncio.gather(*(_ask(forwarder, _route(endpoint, number)) for number in range(WARM)))
        before = _kib()
        for number in range(WARM, WARM + count):
            await _ask(forwarder, _route(endpoint, number))
        return (_kib() - before) / count
    finally:
        forwarder.close()


def _route(endpoint: Endpoint, number: int) -> Route:
    host = f"127.0.{1 + number // 250}.{1 + number % 250}"
    other = replace(endpoint, host=host)
    return to_servers([other.spec.replace(endpoint.host, host)])


async def _ask(forwarder: Forwarder, route: Route) -> None:
    answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def done(response: Response | None, _upstream: str) -> None:
        answered.set_result(response is not None and response.rcode == 0)

    question = message.parse_question(packets.query("www.shop.example"))
    forwarder.exchange(key_of(question, route.tag), question, done, route)
    if not await answered:
        raise OSError(f"{route.specs[0]} did not answer.")


def _kib() -> float:
    gc.collect()
    return procfs.parse_pss(Path(f"/proc/{os.getpid()}/smaps_rollup").read_text())


def main(words: Sequence[str]) -> int:
    """Print the figure."""
    print(json.dumps({"kib": round(asyncio.run(measure(words[0], int(words[1]))), 2)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
