# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices write down."""

from store.base.helper_statuses import CertificateStatus
from webui.private_dns.where_served import where_served

HOME = CertificateStatus(source="home", server_name="telltale.home.arpa", wildcard=True)


def test_names_and_addresses_of_the_house_and_of_a_device() -> None:
    served = where_served(HOME, {"dot": ("0.0.0.0:853", "[::]:853"), "https": ("0.0.0.0:443",), "doq": ()})
    assert served.ports == {"dot": 853, "https": 443}
    assert (served.tls_name(), served.tls_name("k3v9")) == ("telltale.home.arpa", "k3v9.telltale.home.arpa")
    assert served.https_url("k3v9") == "https://telltale.home.arpa/dns-query/k3v9"
    assert served.home_made and served.usable and not served.outside


def test_another_port_stands_in_the_address() -> None:
    served = where_served(HOME, {"https": ("0.0.0.0:8443", "[::]:8443")})
    assert served.https_url() == "https://telltale.home.arpa:8443/dns-query"
    assert served.tls_name() == "", "what is not served has no name"
    assert where_served(HOME, {"https": ("0.0.0.0:8443", "0.0.0.0:443")}).ports["https"] == 443


def test_without_a_wildcard_a_device_has_no_name_of_its_own() -> None:
    theirs = CertificateStatus(source="own", server_name="dns.example.net")
    served = where_served(theirs, {"dot": ("0.0.0.0:853",), "https": ("0.0.0.0:443",)})
    assert (served.tls_name(), served.tls_name("k3v9")) == ("dns.example.net", "")
    assert served.https_url("k3v9").endswith("/dns-query/k3v9")
    assert served.outside and not served.home_made


def test_nothing_is_served() -> None:
    served = where_served(CertificateStatus(), {})
    assert (served.ports, served.tls_name(), served.https_url()) == ({}, "", "")
