// SPDX-License-Identifier: GPL-3.0-or-later
// Recovery codes on paper.
"use strict";
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });
globalThis.telltale.onContent((within) => { for (const button of within.querySelectorAll("[data-print]")) button.hidden = false; });
