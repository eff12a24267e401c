// SPDX-License-Identifier: GPL-3.0-or-later
// Runs before the page is drawn, so that a chosen theme never flashes. "auto" follows the device.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("telltale-theme"); } catch { /* storage is off: stay automatic */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
