/**
 * Import (templates/beheer/imports.html, import.html): says before sending that a file is too large, and keeps the
 * progress of the work up to date. Without it the server answers, and the page is fetched again by itself.
 */

const EVERY_MS = 1000;

/**
 * @param {HTMLFormElement} form
 * @returns {void}
 */
function watchSize(form) {
  const input = form.querySelector("input[type=file]");
  const fault = form.querySelector("[data-upload-fault]");
  const most = Number(form.dataset.most);
  if (!(input instanceof HTMLInputElement) || !(fault instanceof HTMLElement)) return;
  form.addEventListener("submit", (event) => {
    const size = input.files?.[0]?.size ?? 0;
    fault.hidden = size <= most;
    if (size > most) {
      event.preventDefault();
      fault.textContent = `Het bestand is te groot: hoogstens ${Math.floor(most / 1e6)} MB.`;
      input.focus();
    }
  });
}

/**
 * @param {HTMLElement} frame
 * @returns {Promise<void>}
 */
async function follow(frame) {
  const bar = frame.querySelector("progress");
  const step = frame.querySelector("[data-import-step]");
  const count = frame.querySelector("[data-import-count]");
  const said = frame.querySelector("[data-import-said]");
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    let now;
    try {
      const answer = await fetch(frame.dataset.importProgress ?? "", { headers: { Accept: "application/json" } });
      if (!answer.ok) break;
      now = await answer.json();
    } catch {
      continue;
    }
    if (!now.bezig) break;
    if (step && now.stap && step.textContent !== now.stap) {
      step.textContent = now.stap;
      if (said) said.textContent = now.stap;
    }
    if (bar) {
      if (now.totaal) {
        bar.max = now.totaal;
        bar.value = now.gedaan;
      } else {
        bar.removeAttribute("value");
      }
    }
    if (count) count.textContent = now.totaal ? `${now.gedaan} van ${now.totaal}` : "";
  }
  window.location.replace(window.location.pathname);
}

for (const form of document.querySelectorAll("form[data-upload]")) watchSize(form);
for (const frame of document.querySelectorAll("[data-import-progress]")) follow(frame);
