# SPDX-License-Identifier: GPL-3.0-or-later
"""store.health: what all processes say of themselves adds up to one verdict, with what is wrong and its cure.

    statuses, whether DNS answers, the clock ──► health.assess ──► Health: state, parts, problems
                                                    │
                     health_facts ──► kinds_of_problem.LOOKS ──► problem.Problem (id, state, sentence, cure)

A file of problems for each thing that may be wrong: `process_problems` (nothing answers, nothing reports),
`upstream_problems`, `state_problems` (disk and start), `recording_problems`, `helper_problems` (what helps beside DNS),
`encrypted_problems`, `client_problems`, `code_problems`. All of it is pure: who reads the statuses and asks DNS stands
above.
"""
