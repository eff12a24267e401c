// SPDX-License-Identifier: GPL-3.0-or-later
// The first password: how hard it is to guess while it is typed, and the code that a reload must not lose.
(() => {
  const PAUSE_MS = 200;
  const form = document.querySelector("[data-first-password]");
  if (!form) return;
  const { code, password, again } = form.elements;
  const said = document.getElementById("strength");
  const [word, why] = [said.querySelector("strong"), said.querySelector("strong + span")];
  const usual = why.textContent;
  let waiting = 0, asked = 0;

  const judge = async () => {
    const turn = ++asked;
    if (!password.value) { delete said.dataset.strength; word.textContent = ""; why.textContent = usual; return; }
    try {
      const answer = await fetch("/setup/strength", { method: "POST", body: new URLSearchParams({ password: password.value }) });
      if (!answer.ok || turn !== asked) return;
      const judged = await answer.json();
      said.dataset.strength = judged.strength;
      word.textContent = judged.word;
      why.textContent = judged.why;
    } catch { /* the form itself says what is wrong */ }
  };
  password.addEventListener("input", () => {
    document.getElementById("password-fault")?.remove();
    password.removeAttribute("aria-invalid");
    clearTimeout(waiting);
    waiting = setTimeout(judge, PAUSE_MS);
  });

  const show = form.querySelector("[data-show-password]");
  show.closest("label").hidden = false;
  show.addEventListener("change", () => { for (const field of [password, again]) field.type = show.checked ? "text" : "password"; });

  // The code alone: a password is kept nowhere.
  const KEY = "telltale-setup-code";
  try {
    if (!code.value) code.value = sessionStorage.getItem(KEY) ?? "";
    code.addEventListener("input", () => sessionStorage.setItem(KEY, code.value));
  } catch { /* storage is off */ }
})();
