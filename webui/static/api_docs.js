// SPDX-License-Identifier: GPL-3.0-or-later
// The Try forms of /api/docs: the call as it is written, with this browser's session. What comes back is shown as text.

const SAFE = new Set(["GET"]);
// In the page's language, as in app.js.
const sentences = JSON.parse(document.querySelector('meta[name="sentences"]')?.content ?? "{}");
const say = (english) => sentences[english] ?? english;

async function csrfToken() {
  const response = await fetch("/api/v1/session");
  return response.ok ? (await response.json()).csrf : "";
}

function address(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("input")) {
    const slot = `{${field.name}}`;
    if (path.includes(slot)) path = path.replace(slot, encodeURIComponent(field.value));
    else if (field.value !== "") query.append(field.name, field.value);
  }
  return query.size ? `${path}?${query}` : path;
}

async function call(form) {
  const method = form.dataset.method;
  const body = form.querySelector("textarea");
  const options = { method, headers: {} };
  if (!SAFE.has(method)) options.headers["X-CSRF-Token"] = await csrfToken();
  if (body) {
    options.headers["Content-Type"] = "application/json";
    options.body = body.value;
  }
  const response = await fetch(address(form), options);
  const text = await response.text();
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // not JSON: as it came
  }
  return `${response.status} ${response.statusText}\n${shown}`;
}

for (const form of document.querySelectorAll("form.try")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const result = form.querySelector(".result");
    result.hidden = false;
    try {
      result.textContent = await call(form);
    } catch (error) {
      result.textContent = say("The appliance cannot be reached ({error}).").replace("{error}", error.message);
    }
  });
}
