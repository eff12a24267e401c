// SPDX-License-Identifier: GPL-3.0-or-later
// "All that are shown": one box that ticks every box of a name, wherever on the page they stand.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.ticks;
  if (!name) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][name="${name}"]`)) box.checked = event.target.checked;
});
