# SPDX-License-Identifier: GPL-3.0-or-later
"""What upstreams said, kept: for its time, renewed before that ends, and given past it while no upstream answers.

And what tells things apart that are kept: seats of clients, keys of records.
"""
