# SPDX-License-Identifier: GPL-3.0-or-later
from xml.etree import ElementTree

from webui.accounts import qr_code

ADDRESS = "otpauth://totp/Telltale:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Telltale"


def test_it_is_dark_on_white_with_a_margin_and_brings_no_style() -> None:
    drawn = qr_code.svg(ADDRESS)
    assert "style" not in drawn and "script" not in drawn
    assert 'fill="#fff"' in drawn and 'stroke="#000"' in drawn
    box = ElementTree.fromstring(drawn).attrib["viewBox"].split()
    assert box[2] == box[3] and int(box[2]) >= (33 + 2 * qr_code.BORDER) * qr_code.SCALE


def test_hostile_text_is_no_markup() -> None:
    assert "<img" not in qr_code.svg("<img src=x onerror=alert(1)>")
