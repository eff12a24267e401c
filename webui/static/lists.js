// SPDX-License-Identifier: GPL-3.0-or-later
// The page that adds a list: a file dropped anywhere on the form is the one that is looked at; one too large is told at once.
(() => {
  "use strict";
  const form = document.querySelector("#add-list"), input = form?.querySelector("input[type=file]");
  if (!input) return;
  const sentences = JSON.parse(document.querySelector('meta[name="sentences"]')?.content ?? "{}");
  const say = (english) => sentences[english] ?? english;
  const check = () => {
    const large = [...input.files].some((file) => file.size > Number(input.dataset.mostList));
    input.setCustomValidity(large ? say("This file is too large to be a list.") : "");
    if (large) input.reportValidity();
  };
  input.addEventListener("change", check);
  const over = (event) => { event.preventDefault(); form.classList.toggle("over", event.type === "dragover"); };
  form.addEventListener("dragover", over);
  form.addEventListener("dragleave", over);
  form.addEventListener("drop", (event) => {
    over(event);
    if (event.dataTransfer?.files.length) { input.files = event.dataTransfer.files; check(); }
  });
})();
