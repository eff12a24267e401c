# SPDX-License-Identifier: GPL-3.0-or-later
"""What the labels of a name suggest that it is for: the last source, heard only within a known company's domain."""

import re
from collections.abc import Mapping

from blocklists.whose.statement import Heed
from store.names.purpose import Kind, Purpose, kind_of

_WORDS = {
    Purpose.ADS: "ad ads adx adnet adserver adservice adservices adserving adsdk adsrv adsystem advert "
    "advertising advertisement admob adview adtech adlog adinfo adassets "
    "promotion",
    Purpose.ANALYTICS: "analytics analytic metrics metric telemetry telemetrics stats stat statistics statistic "
    "tracking tracker trackers trk log logs logging logger loggers logservice applog applogs "
    "beacon beacons collector collectors collect datacollector datacollect pixel pixels rum "
    "mistat onetrack diagmon eventlog eventgw hianalytics acr uts sdklog clickstream heatmap "
    "diagnostics rtlog xlog logser mssdk track bigdata monitor measure measurement diags diag",
    Purpose.CRASH: "crash crashes crashlog crashlogs crashreport crashreports crashreporting crashdump "
    "crashdumps sentry bugly bugsnag errordump errorreport errorreports errorlog",
    Purpose.PUSH: "push mpush xmpush pushserver apush notify notification notifications pns apns fcm mqtt "
    "websocket ws wss",
    Purpose.UPDATE: "update updates install upgrade upgrades ota fota firmware fw autoupdate softwareupdate updater",
    Purpose.CONFIG: "config configs configuration cfg remoteconfig settings cloudconfig cloudcontrol setting grs",
    Purpose.CONTENT: "cdn img imgs image images static assets asset media video videos stream streaming music "
    "photo photos thumb thumbs thumbnail thumbnails web www shop store news blog help support "
    "docs wiki forum community developer developers play live vod tv game games book books "
    "market marketplace eshop content playback download downloads dl maps map weather",
    Purpose.FUNCTION: "api apis login signin auth account accounts oauth sso passport id identity pay payment "
    "payments checkout search gateway app apps chat voice speech stt tts translate graphql gql "
    "activation license licensing registration signup security",
    Purpose.CLOUD: "cloud sync backup storage drive mail imap smtp webmail pop contacts calendar iot smarthome",
    Purpose.INFRASTRUCTURE: "dns ns ntp time ocsp crl pki certs stun turn vpn connectivitycheck captive httpdns doh "
    "dot",
}
WORDS = {word: purpose for purpose, words in _WORDS.items() for word in words.split()}
# Also as a part of a longer word.
PARTS = (("telemetry", Purpose.ANALYTICS), ("analytics", Purpose.ANALYTICS), ("metrics", Purpose.ANALYTICS),
         ("crashreport", Purpose.CRASH), ("adserver", Purpose.ADS))  # fmt: skip
# As the end of a longer word; but these are none of them.
ENDS = (("ads", Purpose.ADS), ("stats", Purpose.ANALYTICS), ("insights", Purpose.ANALYTICS))
NONE_OF_THEM = frozenset(
    ("downloads", "uploads", "payloads", "workloads", "loads", "threads", "leads", "heads", "roads")
)  # fmt: skip
NO_WORDS: dict[str, Purpose] = {}
_SPLIT = re.compile(r"[^a-z]+")  # digits too: log1, eu2-push


def purpose_of(below: str, known: Purpose, heed: Heed, own: Mapping[str, Purpose] = NO_WORDS) -> Purpose:
    """Return what `below`, the labels of a name below a known one, say against `known`; `known` where nothing does.

    `own` are words of the company's own. Within what tracks nothing is taken from labels: a tracking company's web site
    tracks as well. A word that speaks of tracking outweighs all others; of the others, the leftmost counts.
    """
    if not below or heed is Heed.NONE or kind_of(known) is Kind.TRACKING:
        return known
    first = Purpose.UNKNOWN
    for word in _SPLIT.split(below):
        purpose = own.get(word) or WORDS.get(word) or _by_end(word)
        if purpose is None or (word == "www" and known is Purpose.FUNCTION):
            continue  # www.bank.example is for what bank.example is for
        if kind_of(purpose) is Kind.TRACKING:
            return purpose
        if first is Purpose.UNKNOWN:
            first = purpose
    for part, purpose in PARTS:
        if part in below and "biometrics" not in below:
            return purpose
    return known if first is Purpose.UNKNOWN or (heed is Heed.TRACKING and known is not Purpose.UNKNOWN) else first


def purpose_in_doubt(below: str, own: Mapping[str, Purpose] = NO_WORDS) -> Purpose:
    """The same in a domain that says nothing of its names: use is believed only of the label that is the name's own."""
    purpose = purpose_of(below, Purpose.UNKNOWN, Heed.ALL, own)
    if kind_of(purpose) is not Kind.USE:
        return purpose
    return purpose_of(below.partition(".")[0], Purpose.UNKNOWN, Heed.ALL, own)


def _by_end(word: str) -> Purpose | None:
    if len(word) < 4 or word in NONE_OF_THEM:
        return None
    return next((purpose for end, purpose in ENDS if word.endswith(end)), None)
