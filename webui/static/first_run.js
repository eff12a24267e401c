// SPDX-License-Identifier: GPL-3.0-or-later
// The steps after the password: addresses that are copied, and the test of this very browser.
(() => {
  const { onContent, say } = globalThis.telltale;
  const TRIES = 4, PAUSE_MS = 900;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  const copy = async (text) => {
    // Without https there is no clipboard for scripts, so a field is marked and copied as a person would.
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "sr";
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  onContent((within) => {
    for (const button of within.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await copy(button.dataset.copy);
        button.focus();
        button.lastChild.textContent = ` ${say("Copied")}`;
      });
    }
    for (const link of within.querySelectorAll("[data-test-browser]")) {
      link.addEventListener("click", (event) => { event.preventDefault(); test(link); });
    }
  });

  const test = async (link) => {
    const result = document.getElementById("browser-result");
    const name = `check-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    link.setAttribute("aria-busy", "true");
    result.textContent = say("One moment …");
    new Image().src = `http://${name}.${link.dataset.testBrowser}/none`;
    for (let turn = 1; turn <= TRIES; turn++) {
      await wait(PAUSE_MS);
      try {
        const answer = await fetch(`/setup/check/browser?name=${name}`, { headers: { "HX-Request": "true" } });
        if (!answer.ok) break;
        const html = await answer.text();
        if (turn === TRIES || html.includes(' data-found>')) { result.innerHTML = html; break; }
      } catch { break; }
    }
    if (result.textContent === say("One moment …")) result.textContent = say("The appliance does not answer just now. Try again in a moment.");
    link.removeAttribute("aria-busy");
  };
})();
