// SPDX-License-Identifier: GPL-3.0-or-later
// A link to what is folded opens the fold, also where the browser does not by itself.
"use strict";
(() => {
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      if (fold.open) continue;
      fold.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", open);
  open();
})();
