# SPDX-License-Identifier: GPL-3.0-or-later
"""STATE/tls: the certificate that encrypted DNS and the pages over HTTPS are served with.

    certificate_files    where they lie, and which are in force; written by rename, readable by their owner alone
    server_context       what a server speaks TLS with                    ┐ need no library: may be
    certificate_watch    whether the files in force changed               ┘ used where memory counts
    certificate_names    what a certificate of this home has to hold
    home_certificate     made for the home, and made anew by itself       ┐ load `making` and `reading`, and with them
    certificate_faults   what is wrong with one, in plain words           ┘ 13 MiB of `cryptography`, when called

One who serves:

    files = certificate_files.in_force(state, settings)         None: there is none yet
    context = server_context.server_context(files, ("dot",))    CertificateError: a plain sentence
    watch = CertificateWatch(files)                              then now and then:
    if watch.changed(in_force(state, settings)): …               a context anew; where that fails, the old one stays
"""
