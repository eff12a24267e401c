# SPDX-License-Identifier: GPL-3.0-or-later
"""The household of the demo as data: who is at home, and what each device is known to ask for.

Beats are names that devices ask for by themselves, with the seconds between two queries as public reports and captures
give them, rounded. Sites are what people open: a page and the third parties that it pulls in.
"""

from dataclasses import dataclass

from wire.types import AAAA, HTTPS, A


@dataclass(frozen=True, slots=True)
class Beat:
    """A name asked for about every so many seconds, once for each type."""

    name: str
    seconds: float
    types: tuple[int, ...] = (A,)


@dataclass(frozen=True, slots=True)
class DemoDevice:
    """A thing in the home. `browses`: a person opens a page on it about every so many seconds (0: nobody does)."""

    name: str
    mac: str
    maker: str
    address: str
    beats: tuple[Beat, ...]
    browses: float = 0.0
    sites: tuple[tuple[str, ...], ...] = ()


_ANDROID = (
    Beat("connectivitycheck.gstatic.com", 900),
    Beat("mtalk.google.com", 1200),
    Beat("android.apis.google.com", 1800, (A, AAAA)),
    Beat("play.googleapis.com", 1500, (A, AAAA)),
    Beat("firebaselogging-pa.googleapis.com", 600, (A, AAAA)),
    Beat("time.android.com", 3600),
)
_XIAOMI = (
    Beat("data.mistat.xiaomi.com", 180, (A, AAAA)),
    Beat("data.mistat.intl.xiaomi.com", 240, (A, AAAA)),
    Beat("tracking.intl.miui.com", 300, (A, AAAA)),
    Beat("sa.api.intl.miui.com", 420),
    Beat("sdkconfig.ad.intl.xiaomi.com", 600),
    Beat("api.ad.xiaomi.com", 540),
    Beat("connect.rom.miui.com", 900),
    Beat("update.intl.miui.com", 2400),
    Beat("api.account.xiaomi.com", 1800),
    Beat("find.api.micloud.xiaomi.net", 1500),
)
_NEWS = (
    ("www.theguardian.com", "assets.guim.co.uk", "sb.scorecardresearch.com", "www.google-analytics.com"),
    ("www.bbc.co.uk", "static.files.bbci.co.uk", "ichef.bbci.co.uk", "cdn.optimizely.com", "sb.scorecardresearch.com"),
    ("www.spiegel.de", "cdn.prod.www.spiegel.de", "cdn.adjust.com", "script.ioam.de", "securepubads.g.doubleclick.net"),
)
_TALK = (
    ("www.reddit.com", "www.redditstatic.com", "preview.redd.it", "alb.reddit.com", "w3-reporting.reddit.com"),
    ("www.tiktok.com", "mon.tiktokv.com", "log.tiktokv.com", "p16-sign-va.tiktokcdn.com", "analytics.tiktok.com"),
    ("www.instagram.com", "graph.instagram.com", "static.cdninstagram.com", "graph.facebook.com"),
)
_KNOW = (
    ("en.wikipedia.org", "upload.wikimedia.org", "login.wikimedia.org"),
    ("duckduckgo.com", "links.duckduckgo.com", "improving.duckduckgo.com"),
    ("www.weather.com", "s.w-x.co", "securepubads.g.doubleclick.net", "c.amazon-adsystem.com", "cdn.segment.com"),
    ("github.com", "github.githubassets.com", "avatars.githubusercontent.com", "collector.github.com"),
)
_WATCH = (
    ("www.youtube.com", "i.ytimg.com", "rr3---sn-4g5e6nsz.googlevideo.com", "jnn-pa.googleapis.com", "play.google.com"),
    ("www.netflix.com", "assets.nflxext.com", "ipv4-c001-fra001-ix.1.oca.nflxvideo.net", "logs.netflix.com"),
)

DEVICES = (
    DemoDevice(
        "Redmi Note 13", "50:8f:4c:31:a2:07", "Xiaomi Communications Co Ltd", "127.0.0.11",
        (*_XIAOMI, *_ANDROID, Beat("abroad-ad.kuaishou.com", 1200), Beat("graph.facebook.com", 400, (A, AAAA))),
        browses=75, sites=(*_TALK, *_NEWS, *_WATCH),
    ),
    DemoDevice(
        "Poco F5", "7c:03:ab:5e:10:c4", "Xiaomi Communications Co Ltd", "127.0.0.12",
        (*_XIAOMI, *_ANDROID, Beat("app-measurement.com", 480, (A, AAAA)), Beat("config.unityads.unity3d.com", 700)),
        browses=110, sites=(*_TALK, *_KNOW),
    ),
    DemoDevice(
        "Samsung TV", "5c:49:7d:88:0e:3a", "Samsung Electronics Co.,Ltd", "127.0.0.21",
        (
            Beat("log-config.samsungacr.com", 240),
            Beat("log-ingestion-eu.samsungacr.com", 150),
            Beat("ad.samsungads.com", 420),
            Beat("config.samsungads.com", 900),
            Beat("events.samsungads.com", 300),
            Beat("time.samsungcloudsolution.com", 1800),
            Beat("osb-ussvc.samsungqbe.com", 1300),
            Beat("www.samsungotn.net", 2600),
            Beat("api.netflix.com", 800),
            Beat("nrdp.logs.netflix.com", 350),
        ),
        browses=240, sites=_WATCH,
    ),
    DemoDevice(
        "Laptop", "34:cf:f6:0b:77:19", "Intel Corporate", "127.0.0.31",
        (
            Beat("www.msftconnecttest.com", 900, (A, AAAA)),
            Beat("v10.events.data.microsoft.com", 360, (A, AAAA)),
            Beat("self.events.data.microsoft.com", 420),
            Beat("settings-win.data.microsoft.com", 800),
            Beat("watson.events.data.microsoft.com", 2400),
            Beat("ctldl.windowsupdate.com", 1600),
            Beat("fe3cr.delivery.mp.microsoft.com", 2000),
            Beat("login.live.com", 1500, (A, AAAA)),
            Beat("edge.microsoft.com", 900, (A, AAAA, HTTPS)),
            Beat("wpad.lan", 1200),
        ),
        browses=50, sites=(*_KNOW, *_NEWS, *_WATCH),
    ),
    DemoDevice(
        "Echo in the kitchen", "fc:65:de:42:9b:60", "Amazon Technologies Inc.", "127.0.0.41",
        (
            Beat("device-metrics-us.amazon.com", 180),
            Beat("device-metrics-us-2.amazon.com", 600),
            Beat("avs-alexa-14-na.amazon.com", 500),
            Beat("fls-eu.amazon.com", 420),
            Beat("unagi-eu.amazon.com", 540),
            Beat("spectrum.s3.amazonaws.com", 1000),
            Beat("ntp-g7g.amazon.com", 1800),
        ),
    ),
    DemoDevice(
        "iPad", "f0:18:98:6d:d3:51", "Apple, Inc.", "127.0.0.51",
        (
            Beat("captive.apple.com", 1500, (A, AAAA)),
            Beat("gateway.icloud.com", 700, (A, AAAA, HTTPS)),
            Beat("xp.apple.com", 420, (A, AAAA, HTTPS)),
            Beat("metrics.icloud.com", 600, (A, HTTPS)),
            Beat("securemetrics.apple.com", 900),
            Beat("api-adservices.apple.com", 1100),
            Beat("1-courier.push.apple.com", 1300, (A, AAAA)),
            Beat("mesu.apple.com", 3000),
            Beat("time.apple.com", 2400),
        ),
        browses=130, sites=(*_KNOW, *_WATCH, *_NEWS),
    ),
    DemoDevice(
        "Roborock S8", "b0:4a:39:1c:7d:52", "Beijing Roborock Technology Co., Ltd.", "127.0.0.61",
        (
            Beat("api-eu.roborock.com", 900),
            Beat("mqtt-eu-1.roborock.com", 600),
            Beat("xlog-eu.roborock.com", 420),
            Beat("awsde0.fds.api.xiaomi.com", 3000),
        ),
    ),
)  # fmt: skip
