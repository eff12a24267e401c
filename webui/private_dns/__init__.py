# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypted DNS as a person sets it up: the certificate, and each device.

    encrypted_part      what /settings/encrypted shows beside its settings: how it stands, what devices need
    certificate_page    its forms: make a certificate, bring one, name files
    certificate_api     the same over the API
    where_served        under which names and ports it is served, from what the processes say
    apple_profile       a profile for iPhones, iPads and Macs (pure)
    profiles_page       profiles, and the home's authority as a file; for everybody at home, nothing of it is secret
    device_dns_page     one device: its own address, and how it takes it

A device's address holds a word of its own (store.local.device_words); whoever knows that is that device.
"""
