# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of thing a device seems to be, by which sign: one table, of which the first line that holds counts. Pure.

A guess, never more: nothing that is blocked or let through goes by it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from store.base.sentences import say
from store.config.choices import DeviceKind


class Sign(StrEnum):
    """What a line looks at: a model that a device tells, a service that it announces by mDNS, its device type by UPnP,
    a name that it asks for, a name that it bears, the maker of its MAC address.
    """

    MODEL = "model"
    MDNS = "mdns"
    UPNP = "upnp"
    ASKS = "asks"
    NAME = "name"
    MAKER = "maker"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a device; all as it came, of whatever case."""

    models: Collection[str] = ()
    services: Collection[str] = ()
    upnp_types: Collection[str] = ()
    asked: Collection[str] = ()
    names: Collection[str] = ()
    maker: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind and the line of the table behind it (`mdns:_ipp._tcp`)."""

    kind: DeviceKind
    reason: str


_K, _S = DeviceKind, Sign

# Sources. Models: the identifiers that makers document for apps ("iPhone15,2"), HomeKit Accessory Protocol's categories
# (`ci`). Services: the registry of service names at IANA and RFC 6763; Google's, Apple's, Sonos's and Axis' own. Device
# types: the UPnP Forum's device control protocols, DIAL. Names asked: 3GPP TS 23.003 section 19.4.2.9 (a phone's way
# to its provider over Wi-Fi), GPS assistance of chips for phones, and each system's own test whether it is online.
# Names: what systems call themselves where nobody did. Makers: those in the IEEE's table that make one kind.
RULES: tuple[tuple[DeviceKind, Sign, tuple[str, ...]], ...] = (
    (_K.WATCH, _S.MODEL, ("watch",)),
    (_K.PHONE, _S.MODEL, ("iphone",)),
    (_K.TABLET, _S.MODEL, ("ipad",)),
    (_K.TV, _S.MODEL, ("appletv", "chromecast", "bravia", "aft", "shield android tv", "google tv", "roku")),
    (_K.SPEAKER, _S.MODEL, ("audioaccessory", "google home", "google nest mini", "nest audio", "homepod", "sonos")),
    (_K.COMPUTER, _S.MODEL, ("macbook", "imac", "macmini", "macpro", "mac1", "xserve", "rackmac", "mac pro")),
    (_K.CAMERA, _S.MODEL, ("ci=17", "ci=18")),
    (_K.TV, _S.MODEL, ("ci=24", "ci=31")),
    (_K.SPEAKER, _S.MODEL, ("ci=25", "ci=26")),
    (_K.ROUTER, _S.MODEL, ("ci=27", "ci=33", "fritz!box")),
    (_K.APPLIANCE, _S.MODEL, tuple(f"ci={number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 19, 20, 21, 22, 23))),
    (_K.ROUTER, _S.UPNP, ("internetgatewaydevice", "wlanaccesspointdevice", "wandevice")),
    (_K.PRINTER, _S.UPNP, ("printer", "printerbasic", "printerenhanced")),
    (_K.CAMERA, _S.UPNP, ("digitalsecuritycamera",)),
    (_K.SPEAKER, _S.UPNP, ("zoneplayer",)),
    (_K.TV, _S.UPNP, ("dialreceiver", "dial", "tvdevice", "basictv")),
    (_K.COMPUTER, _S.MDNS, ("_rfb._tcp", "_sftp-ssh._tcp", "_udisks-ssh._tcp", "_nvstream._tcp")),
    (_K.PRINTER, _S.MDNS, ("_ipp._tcp", "_ipps._tcp", "_printer._tcp", "_pdl-datastream._tcp", "_scanner._tcp")),
    (_K.CAMERA, _S.MDNS, ("_axis-video._tcp", "_onvif._tcp", "_psia._tcp")),
    (_K.SPEAKER, _S.MDNS, ("_sonos._tcp", "_soundtouch._tcp", "_musc._tcp")),
    (_K.TV, _S.MDNS, ("_androidtvremote2._tcp", "_androidtvremote._tcp", "_amzn-wplay._tcp", "_viziocast._tcp")),
    (_K.PHONE, _S.MDNS, ("_apple-mobdev2._tcp",)),
    (_K.COMPUTER, _S.MDNS, ("_smb._tcp", "_afpovertcp._tcp", "_workstation._tcp", "_adisk._tcp", "_nfs._tcp")),
    (_K.APPLIANCE, _S.MDNS, ("_hue._tcp", "_shelly._tcp", "_esphomelib._tcp", "_matter._tcp", "_miio._udp")),
    (_K.SPEAKER, _S.MDNS, ("_spotify-connect._tcp", "_raop._tcp")),
    (_K.TV, _S.MDNS, ("_googlecast._tcp", "_airplay._tcp")),
    (_K.PHONE, _S.ASKS, ("pub.3gppnetwork.org", "izatcloud.net", "supl.google.com")),
    (_K.CONSOLE, _S.ASKS, ("conntest.nintendowifi.net", "ctest.cdn.nintendo.net", "np.playstation.net",
                           "xboxone.loris.llnwd.net", "xsts.auth.xboxlive.com")),
    (_K.TV, _S.ASKS, ("samsungotn.net", "samsungcloudsolution.com", "samsungcloudsolution.net", "lgtvsdp.com",
                      "lgtvcommon.com", "nrdp.nccp.netflix.com", "logs.roku.com", "androidtvchannels-pa.googleapis.com",
                      "vizio.com", "hbbtv.org")),
    (_K.SPEAKER, _S.ASKS, ("avs-alexa-na.amazon.com", "avs-alexa-eu.amazon.com", "avs-alexa-fe.amazon.com",
                           "ws.sonos.com", "bose.io")),
    (_K.PRINTER, _S.ASKS, ("hpeprint.com", "epsonconnect.com", "pixma.canon.com")),
    (_K.COMPUTER, _S.ASKS, ("msftconnecttest.com", "dns.msftncsi.com", "swscan.apple.com",
                            "connectivity-check.ubuntu.com", "network-test.debian.org", "nmcheck.gnome.org")),
    (_K.CAMERA, _S.ASKS, ("p2p.reolink.com", "hik-connect.com", "arloxcld.com", "wyzecam.com")),
    (_K.APPLIANCE, _S.ASKS, ("tuyaeu.com", "tuyaus.com", "tuyacn.com", "irobotapi.com", "shelly.cloud",
                             "meethue.com", "tasmota.com", "iot.ecovacs.com", "ot.io.mi.com")),
    (_K.WATCH, _S.NAME, ("apple-watch", "applewatch", "galaxy-watch", "pixel-watch")),
    (_K.PHONE, _S.NAME, ("iphone", "galaxy-s", "galaxy-a", "pixel-", "oneplus", "redmi", "huawei-p", "moto-g")),
    (_K.TABLET, _S.NAME, ("ipad", "galaxy-tab", "kindle", "mediapad")),
    (_K.COMPUTER, _S.NAME, ("macbook", "imac", "mac-mini", "desktop-", "laptop", "thinkpad", "raspberrypi", "win-")),
    (_K.TV, _S.NAME, ("appletv", "apple-tv", "bravia", "webostv", "lgwebostv", "roku", "firetv", "chromecast")),
    (_K.CONSOLE, _S.NAME, ("playstation", "ps4-", "ps5-", "xbox", "nintendo")),
    (_K.PRINTER, _S.NAME, ("brw", "brn", "epson", "hp-print", "npi", "canon")),
    (_K.SPEAKER, _S.NAME, ("homepod", "sonos", "echo-", "google-home", "nest-audio")),
    (_K.ROUTER, _S.NAME, ("fritz.box", "fritz!box", "openwrt", "speedport")),
    (_K.APPLIANCE, _S.NAME, ("esp_", "esp-", "esp32", "shelly", "tasmota", "roomba", "wled", "hue")),
    (_K.CONSOLE, _S.MAKER, ("nintendo", "sony interactive")),
    (_K.SPEAKER, _S.MAKER, ("sonos", "bose")),
    (_K.TV, _S.MAKER, ("roku", "vizio", "tcl king")),
    (_K.CAMERA, _S.MAKER, ("hangzhou hikvision", "axis communications", "reolink", "ring llc", "zhejiang dahua")),
    (_K.PRINTER, _S.MAKER, ("brother industries", "seiko epson", "kyocera", "lexmark")),
    (_K.WATCH, _S.MAKER, ("garmin",)),
    (_K.ROUTER, _S.MAKER, ("avm", "ubiquiti", "mikrotik", "routerboard", "eero")),
    (_K.COMPUTER, _S.MAKER, ("raspberry", "synology", "qnap", "dell", "micro-star", "gigabyte")),
    (_K.APPLIANCE, _S.MAKER, ("espressif", "tuya", "shelly", "signify", "irobot", "ecobee", "miele", "bsh ")),
)  # fmt: skip

_RANKS = {f"{sign}:{word}": rank for rank, (_, sign, words) in enumerate(RULES) for word in words}
# Names whose queries the log is asked for: an ending stands for itself and for what is below it.
ASKED = tuple(word for _, sign, words in RULES if sign is Sign.ASKS for word in words)


def guess(signs: Signs) -> Guess | None:
    """The kind by the first line that holds, None: nothing tells."""
    seen = {sign: tuple(text.casefold() for text in values) for sign, values in _by_sign(signs)}
    for kind, sign, words in RULES:
        holds = _HOLDS[sign]
        for word in words:
            if any(holds(text, word) for text in seen[sign]):
                return Guess(kind, f"{sign}:{word}")
    return None


def is_as_good(reason: str, before: str | None) -> bool:
    """Whether a reason stands as high in the table as one from before, or higher; one that is no line is none."""
    last = len(RULES)
    return before is None or _RANKS.get(reason, last) <= _RANKS.get(before, last)


def reason_said(reason: str | None) -> str:
    """A reason as people read it; "" for none."""
    sign, _, word = (reason or "").partition(":")
    sentences = {
        Sign.MODEL: say("It says that its model is “{word}”.", word=word),
        Sign.MDNS: say("It announces {word} on the network (mDNS).", word=word),
        Sign.UPNP: say("It announces itself as “{word}” (UPnP).", word=word),
        Sign.ASKS: say("It asks for {word}.", word=word),
        Sign.NAME: say("Its name has “{word}” in it.", word=word),
        Sign.MAKER: say("Its maker is known for it ({word}).", word=word),
    }
    return sentences[Sign(sign)] if sign in set(Sign) else ""


def _by_sign(signs: Signs) -> Iterable[tuple[Sign, Collection[str]]]:
    return (
        (Sign.MODEL, signs.models), (Sign.MDNS, signs.services), (Sign.UPNP, signs.upnp_types),
        (Sign.ASKS, signs.asked), (Sign.NAME, signs.names), (Sign.MAKER, (signs.maker,)),
    )  # fmt: skip


def _begins(text: str, word: str) -> bool:
    """`ci=2` is not `ci=24`."""
    return text == word if "=" in word else text.startswith(word)


def _bears(text: str, word: str) -> bool:
    """A name that begins so, or has it as a later word: "Annas-iPhone"."""
    plain = text.replace(" ", "-").replace("'", "")
    return plain.startswith(word) or f"-{word}" in plain


def _is_type(text: str, word: str) -> bool:
    """`urn:schemas-upnp-org:device:InternetGatewayDevice:1`."""
    return word in text.split(":")[2:4]


_HOLDS: dict[Sign, Callable[[str, str], bool]] = {
    Sign.MODEL: _begins,
    Sign.MDNS: str.__eq__,
    Sign.UPNP: _is_type,
    Sign.ASKS: lambda text, word: text == word or text.endswith("." + word),
    Sign.NAME: _bears,
    Sign.MAKER: str.startswith,
}
