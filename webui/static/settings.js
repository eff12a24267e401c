// SPDX-License-Identifier: GPL-3.0-or-later
// Old addresses (/settings#set-KEY, /settings#KEY) lead to the setting's own page; a folded setting opens.
"use strict";
(() => {
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (!wanted) return;
  const known = document.getElementById(wanted) || document.getElementById(`set-${wanted}`);
  if (known && known.closest(".by-name")) {
    location.replace(known.querySelector("a").href);
    return;
  }
  if (location.pathname.startsWith("/settings") && (wanted === "password" || wanted === "tokens")) {
    location.replace(wanted === "tokens" ? "/accounts/tokens" : "/accounts#password");
    return;
  }
  if (!known) return;
  const folded = known.closest("details");
  if (folded) folded.open = true;
  known.scrollIntoView({ block: "center" });
  if (known.matches("input, select, textarea")) known.focus({ preventScroll: true });
})();
