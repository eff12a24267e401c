# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be wrong with a certificate and its key, as a sentence with the cure."""

from __future__ import annotations

from store.base.sentences import Sentence, say


class CertificateError(ValueError):
    """The text is a plain sentence; `about` is what a form calls the field: "certificate", "key" or ""."""

    def __init__(self, sentence: Sentence, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about


class NoLibrary(CertificateError):  # noqa: N818 - named for the state of things
    """The library that certificates are made and read with is not installed on this machine."""

    def __init__(self) -> None:
        super().__init__(say(
            "Certificates cannot be made or looked at here, since the library “cryptography” is missing; those that "
            "other programs made can be used."
        ))
