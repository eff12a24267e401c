# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a language's file."""

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from store.locale.language_rules import RULES
from store.locale.translations import Translations, quoted, read_forms, read_heading

FILE = r'''# A comment
msgid ""
msgstr ""
"Language: ru\n"
"X-Offered: yes\n"

#: store/base/db.py
msgid "{count} name"
msgid_plural "{count} names"
msgstr[0] "{count} имя"
msgstr[1] "{count} имени"
msgstr[2] "{count} имён"

msgctxt "time"
msgid "From"
msgstr "С"

#, fuzzy
msgid "Old"
msgstr "Старое"

msgid "Empty"
msgstr ""

msgid "Two "
"\"lines\"\n"
msgstr ""
"Две \"строки\"\\ "
"тут\n"

#~ msgid "Gone"
#~ msgstr "Нет"
'''


def test_what_a_file_says() -> None:
    said = Translations(read_forms(FILE), RULES["ru"])
    counted = [said.ngettext("{count} name", "{count} names", count) for count in (1, 2, 5, 21)]
    assert counted == ["{count} имя", "{count} имени", "{count} имён", "{count} имя"]
    assert said.pgettext("time", "From") == "С"
    assert said.gettext("From") == "From", "another sense"
    assert said.gettext('Two "lines"\n') == 'Две "строки"\\ тут\n'


def test_what_does_not_count_is_english() -> None:
    said = Translations(read_forms(FILE), RULES["ru"])
    assert [said.gettext(text) for text in ("Old", "Empty", "Gone", "Other")] == ["Old", "Empty", "Gone", "Other"]
    assert said.ngettext("one", "many", 1) == "one" and said.ngettext("one", "many", 0) == "many"


def test_the_heading() -> None:
    assert read_heading(FILE) == {"Language": "ru", "X-Offered": "yes"}
    assert read_heading("") == {}


@pytest.mark.parametrize("text", ['a "b" \\ c', "line\nline\n", "tab\there", "\\n is no line", "naïve ‹é›"])
def test_it_reads_what_translators_tools_write(text: str) -> None:
    made = Catalog("de")
    made.add("id", text)
    file = io.BytesIO()
    write_po(file, made, width=20)
    assert read_forms(file.getvalue().decode())["", "id"] == (text,)
    assert read_forms(f"msgid \"id\"\nmsgstr {quoted(text)}\n")["", "id"] == (text,)
