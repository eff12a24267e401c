# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether any edit costs a home a query: `python -m bench.edits [--pairs N] [--seconds S] [--rate R] [--workers N]`.

An appliance is asked at a fixed rate from many addresses. Of each pair of turns, one is quiet; in the other everything
that a household can edit is edited the whole time, through the API and the command line, while schedules, pauses and
exceptions begin and end by themselves and the index is compiled anew and swapped. All questions have answers that are
known beforehand.

    asker ──► appliance ──► servers      questions: what is asked, and what may come
                  ▲                      drops: where the kernel threw away what nobody took in time
               editor                    __main__: the turns; bench/results/edits-*.json

Beside it, `python -m bench.edits.growth`: a home of 10,000 devices (big_home), its snapshots and its memory.

Each has a process of its own, so that none waits for another. What is lost is told beside what the kernel dropped, at
whose socket, and how late the asker itself was: on a machine that others use, that tells whose fault it is.
"""
