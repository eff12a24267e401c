# SPDX-License-Identifier: GPL-3.0-or-later
"""When the household of the demo does what: how much each device is used by the hour, and what happened on which day.

Hours are those of the home's own time; days are counted back from today, which is day 0. Pure data.
"""

from dataclasses import dataclass

from wire.types import AAAA, A

DAYS = 30


@dataclass(frozen=True, slots=True)
class Habit:
    """How likely somebody uses the device in each hour of the day, and which share of its beats it has while nobody
    does: a phone that is left alone goes on beating, slower; a laptop is closed.
    """

    weekday: tuple[float, ...]
    weekend: tuple[float, ...]
    rest: float
    new_on: int = DAYS  # the day on which it came into the home


@dataclass(frozen=True, slots=True)
class Episode:
    """What a device asked for on some days only: in the hours `from_hour` to `to_hour`, every so many seconds."""

    device: str
    names: tuple[str, ...]
    first_day: int
    last_day: int
    from_hour: float
    to_hour: float
    seconds: float
    types: tuple[int, ...] = (A,)


def _hours(*spans: tuple[int, int, float]) -> tuple[float, ...]:
    """From (first hour, hour after the last, likelihood)."""
    return tuple(max((share for begin, end, share in spans if begin <= hour < end), default=0.0) for hour in range(24))


ALWAYS = Habit((1.0,) * 24, (1.0,) * 24, 1.0)
HABITS = {
    "Redmi Note 13": Habit(
        _hours((7, 9, 0.7), (9, 17, 0.15), (17, 23, 0.5)), _hours((9, 12, 0.4), (12, 24, 0.4)), 0.2
    ),
    "Poco F5": Habit(_hours((7, 8, 0.8), (15, 21, 0.6)), _hours((9, 21, 0.4)), 0.12),
    "Samsung TV": Habit(_hours((19, 23, 0.8)), _hours((10, 12, 0.4), (16, 24, 0.7)), 0.08),
    "Laptop": Habit(_hours((9, 13, 0.8), (14, 17, 0.8)), _hours((20, 22, 0.2)), 0.0),
    "Echo in the kitchen": Habit(
        _hours((7, 8, 0.9), (18, 21, 0.7)), _hours((9, 13, 0.7), (18, 22, 0.7)), 0.25
    ),
    "iPad": Habit(_hours((16, 20, 0.5)), _hours((8, 11, 0.6), (15, 20, 0.5)), 0.2),
    "Roborock S8": Habit(_hours((10, 12, 1.0)), _hours((11, 13, 1.0)), 0.5, new_on=6),
}

EPISODES = (
    # A shop's app is put on the phone: a company that this home never met.
    Episode("Redmi Note 13", ("www.temu.com", "api.temu.com"), 4, 0, 18.0, 21.0, 1500, (A, AAAA)),
    Episode("Redmi Note 13", ("analytics.temu.com",), 4, 0, 0.0, 24.0, 2400),
    # After its update the phone reports to one more server, day and night.
    Episode("Redmi Note 13", ("globalapi.ad.xiaomi.com",), 3, 0, 0.0, 24.0, 900),
    # Somebody tries another resolver.
    Episode("Poco F5", ("dns.google", "one.one.one.one"), 5, 5, 16.0, 17.0, 400, (A, AAAA)),
    Episode("Samsung TV", ("dns.google",), 2, 2, 20.0, 21.0, 900),
    # A video that is let through for a quarter of an hour.
    Episode("Poco F5", ("log.tiktokv.com", "www.tiktok.com"), 4, 4, 16.1, 16.4, 120),
    # An app that counts each lunch time; at weekends the children's schedule lets it.
    Episode("Poco F5", ("analytics.tiktok.com",), 9, 0, 12.0, 13.0, 900),
    # A list that was turned on in the meantime has these.
    Episode("Laptop", ("c.clarity.ms", "bat.bing.com"), 29, 0, 10.0, 16.0, 2700),
)

# Nothing came back from the Internet: day, from hour, to hour.
OUTAGE = (11, 20.2, 20.6)
