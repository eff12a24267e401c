# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether answers are checked for forgery (DNSSEC), as people see it: how it stands, what fails, what passes.

    dnssec_part   what /settings/dnssec shows beside its settings (pure but for the log that it reads)
    dnssec_page   its buttons: answer a domain anyway for a day, check it again
    dnssec_api    the same over the API

What is let through is an edit of store.local.insecure_edit; that answers are checked is the room `recursor`.
"""
