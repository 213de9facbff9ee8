/**
 * Copy buttons (components/copy_button.html): shown where the browser can copy, and each says that it did.
 */

/**
 * @param {HTMLElement} button
 * @returns {string} the text of the target, or the text on the button itself
 */
function textOf(button) {
  const target = button.dataset.copy && document.getElementById(button.dataset.copy);
  const text = target ? target.innerText : button.dataset.copyText || "";
  // A link is copied whole, so that it works outside the site.
  return text.startsWith("/") ? new URL(text, location.href).href : text;
}

/**
 * @param {ParentNode} root
 * @returns {void}
 */
export function showCopyButtons(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy], [data-copy-text]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-copy], [data-copy-text]");
  if (!(button instanceof HTMLElement)) return;
  const said = button.parentElement?.querySelector("[role=status]");
  let words = button.dataset.copyDone || "Gekopieerd.";
  try {
    await navigator.clipboard.writeText(textOf(button));
  } catch {
    words = "Kopiëren lukte niet. Selecteer de tekst en kopieer hem zelf.";
  }
  if (said) said.textContent = words;
});

showCopyButtons(document);
document.addEventListener("catalogue:updated", () => showCopyButtons(document));
