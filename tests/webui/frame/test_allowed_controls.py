# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls of what would be refused are switched off, and no others."""

from webui.frame.allowed_controls import switch_off

WHY = 'Nobody "may".'


def viewed(html: str) -> str:
    def allows(method: str, path: str) -> bool:
        return path == "/logout" or (method == "GET" and path != "/backup")

    return switch_off(html, allows, "/here", WHY)


def test_a_form_that_changes_something_is_switched_off_with_why() -> None:
    html = viewed('<form class="a" method="post" action="/rules?x=1"><input name="n"><button>Go</button></form>')
    assert html == (
        '<form class="a" method="post" action="/rules?x=1"><fieldset class="may-not" disabled '
        'title="Nobody &quot;may&quot;."><input name="n"><button>Go</button></fieldset></form>'
    )
    assert "disabled" in viewed('<form hx-put="/rules" action="/x"><button>Go</button></form>')
    assert "disabled" in viewed('<form method="post"><button>Go</button></form>'), "to the page itself"


def test_what_is_allowed_stays_as_it_is() -> None:
    for html in (
        '<form method="post" action="/logout"><button>Out</button></form>', '<form action="/queries"><input></form>',
        '<a href="/devices?x=1#y">D</a>', '<a href="https://example.org/">E</a>',
        '<button hx-get="/rows">more</button>',
    ):  # fmt: skip
        assert viewed(html) == html


def test_calls_and_links_are_switched_off_too() -> None:
    assert 'disabled aria-disabled="true"' in viewed('<button type="button" hx-post="/x/1?a=b" class="c">Go</button>')
    link = viewed('<a class="b" href="/backup">Backup</a>')
    assert "href" not in link and 'aria-disabled="true"' in link and ">Backup</a>" in link
