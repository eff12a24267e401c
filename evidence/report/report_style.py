# SPDX-License-Identifier: GPL-3.0-or-later
"""How a report looks: on paper (A4), on a phone, in the dark. It stands in the file, which needs nothing else."""

from base64 import b64encode
from hashlib import sha256

STYLE = """
:root{color-scheme:light dark;--ink:#1c2126;--soft:#5a646e;--line:#d5dae0;--paper:#fff;--box:#f4f6f8;--track:#b3261e;
--use:#2c6e49;--unknown:#6b7280}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#a3adb7;--line:#3a424a;--paper:#15191d;--box:#1f252b;
--track:#ff8a80;--use:#7fd1a0;--unknown:#a3adb7}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:50rem;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.2rem 0 .5rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .3rem}
p{margin:.4rem 0}small,.soft{color:var(--soft);font-size:.85em}
a{color:inherit}
.kicker{color:var(--soft);font-size:.85rem;letter-spacing:.04em;text-transform:uppercase;margin:0 0 .3rem}
.summary{background:var(--box);border-left:4px solid var(--track);padding:.8rem 1rem;margin:1rem 0;font-size:1.05em}
.summary p{overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0}
.figures div{flex:1 1 8rem;border:1px solid var(--line);border-radius:6px;padding:.5rem .7rem}
.figures b{display:block;font-size:1.4rem;line-height:1.2;font-variant-numeric:tabular-nums}
.tracking{color:var(--track)}.use{color:var(--use)}.unknown{color:var(--unknown)}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.9rem}
th{font-weight:600;text-align:left;border-bottom:2px solid var(--line);vertical-align:bottom}
th,td{padding:.28rem .5rem .28rem 0}td{border-bottom:1px solid var(--line);vertical-align:top}
th.n,td.n{width:1%;padding-left:.6rem;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.name{overflow-wrap:anywhere;word-break:break-word}
td.name{min-width:9rem}td.name code{font-size:.95em}
.picture{display:block;width:100%;height:auto;margin:.4rem 0}
.bar{width:100%;min-width:2rem;height:.65rem;display:block;margin-top:.35rem}
td.wide{min-width:2rem}td.bars{width:34%}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono","Liberation Mono",Menlo,monospace}
code{overflow-wrap:anywhere}
pre{font-size:.75rem;line-height:1.4;background:var(--box);padding:.6rem .8rem;white-space:pre-wrap;
overflow-wrap:anywhere}
ul{margin:.4rem 0;padding-left:1.2rem}li{margin:.25rem 0}
.ref{color:var(--soft);font-size:.8rem;font-weight:normal;text-decoration:none;white-space:nowrap}
.legend{display:inline-block;width:.8em;height:.8em;background:currentColor;margin:0 .3em 0 0}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.5rem;color:var(--soft);font-size:.85rem}
@media (max-width:34rem){body{padding:1rem .7rem 2rem;font-size:14px}td.wide,th.wide{display:none}
td.name{min-width:5.5rem}th.n,td.n{padding-left:.2rem}table{font-size:.78rem}th,td{padding-right:.3rem}h1{font-size:1.4rem}th{overflow-wrap:anywhere}}
@page{size:A4;margin:16mm 15mm 18mm;@bottom-right{content:counter(page) " / " counter(pages);font-size:8pt;color:#555}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--box:#f3f3f3;--track:#a11212;
--use:#1d5a38;--unknown:#555}
body{max-width:none;padding:0;font-size:10pt}h1{font-size:18pt}h2{font-size:12.5pt;break-after:avoid}
h3{break-after:avoid}table{font-size:8.5pt}tr,figure,.figures div,li{break-inside:avoid}
thead{display:table-header-group}
pre{font-size:6.8pt;background:none;border:1px solid var(--line)}.summary{background:none;border:1px solid var(--line);
border-left:4px solid var(--track);font-size:10.5pt;padding:.4rem .8rem}
h2{margin-top:1.3rem}.summary p{margin:.2rem 0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
figure{margin:0}}
figure{margin:.6rem 0}figcaption{color:var(--soft);font-size:.8rem}
"""
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; base-uri 'none'; "
    "form-action 'none'"
)
"""The Content-Security-Policy of the file: its own style, and nothing else."""
