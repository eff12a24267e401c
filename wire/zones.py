# SPDX-License-Identifier: GPL-3.0-or-later
"""Zones in which everybody, or every home, has names: those of homes, and public suffixes that are known. Pure.

There is no whole list of public suffixes without one that is fetched; who has to be sure asks the public DNS.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


USUAL = "telltale"
# Where homes and networks have names that the public DNS has not.
HOME_ZONES = frozenset({
    "local", "lan", "home", "home.arpa", "internal", "localdomain", "intranet", "private", "corp", "workgroup",
})  # fmt: skip
_TECHNICAL = frozenset({"arpa", "in-addr.arpa", "ip6.arpa", "localhost", "invalid", "test", "onion", "alt", "example"})
# Countries' (ISO 3166 and the few beyond it that are delegated).
_COUNTRIES = _words(
    """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca
    cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo
    fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it
    je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn
    mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps
    pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj
    tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
    """
)
# The others that are met most; doctor asks the public DNS about the rest.
_GENERIC = _words(
    """
    com net org info biz edu gov mil int name pro aero coop museum jobs mobi travel tel cat asia post xxx app
    dev page online site website xyz shop
    """
)
# Those of them that are also good names for a thing at home: let be, and warned of.
_EVERYDAY = _words(
    """
    cloud space store blog tech top club live news media email link click digital network systems services
    support solutions software group team world today life love fun games game art design photo photos video
    music film tube agency company business consulting finance bank insurance capital money health care clinic
    school academy education university science energy eco green bio farm garden house homes apartments rent
    estate land city town berlin hamburg koeln cologne bayern wien london paris nyc tokyo amsterdam swiss ruhr
    saarland tirol host hosting domains codes codeberg rocks ninja wiki guru expert zone center institute
    foundation church legal law attorney tax tools cafe coffee restaurant bar pub pizza wine beer fitness yoga
    run bike ski golf football soccer hockey horse dog pet fish holiday vacations flights cruise hotel hotels
    tours taxi car cars auto autos moto parts google apple amazon microsoft android youtube box prime audio
    monster quest skin hair makeup lol wtf sexy adult porn win bid loan date racing review trade webcam science
    party men stream download accountant faith cricket
    """
)
# What stands before a country's zone where names are given out one further down (co.uk, com.au).
_SECOND = _words(
    """
    ac co com edu gov gob gouv go gen id ltd me mil ne net nhs nom or org plc police sch school web asn govt
    info firm ind res nic adv eng ed lg ad gr
    """
)
# Zones below which anybody may have a name.
_SHARED = _words(
    """
    duckdns.org dyndns.org dynv6.net ddns.net no-ip.org no-ip.com hopto.org zapto.org freeddns.org myfritz.net
    synology.me myqnapcloud.com ts.net github.io gitlab.io pages.dev workers.dev netlify.app vercel.app web.app
    firebaseapp.com herokuapp.com onrender.com fly.dev blogspot.com wordpress.com azurewebsites.net
    cloudfront.net amazonaws.com cloudapp.net eu.org uk.com us.com de.com eu.com ngrok.io trycloudflare.com
    plex.direct nip.io sslip.io
    """
)


def is_zone(name: str) -> bool:
    """Whether everybody, or every home, may have names below this one: a public suffix, or a zone of homes."""
    first, _, rest = name.partition(".")
    if name in HOME_ZONES or name in _TECHNICAL or name in _COUNTRIES or name in _GENERIC or name in _SHARED:
        return True
    return first in _SECOND and rest in _COUNTRIES


def is_of_a_home(name: str) -> bool:
    """Whether it is the usual name, or one in a zone of homes: then nobody outside is asked about it."""
    return name == USUAL or any(name.endswith(f".{zone}") for zone in HOME_ZONES)


def is_public(name: str) -> bool:
    """Whether the public DNS may have something under this name, or in a zone of that name."""
    return ("." in name or name in _EVERYDAY) and not is_of_a_home(name)
