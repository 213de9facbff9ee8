/**
 * Copy buttons (components/copy_button.html): shown where the browser can copy, and each says that it did. On a phone
 * the button of an address opens the menu with which that phone shares: there a copied address is hard to put anywhere.
 */

const sharesByMenu = Boolean(navigator.share) && matchMedia("(pointer: coarse)").matches;

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
  for (const button of root.querySelectorAll("[data-copy], [data-copy-text]")) {
    const shares = sharesByMenu && button.dataset.copyShare;
    if (shares) button.textContent = button.dataset.copyShare;
    button.hidden = !(shares || navigator.clipboard);
  }
}

/**
 * @param {string} url
 * @returns {Promise<boolean>} whether the menu was shown; whoever closes it shares nothing, and knows it
 */
async function share(url) {
  try {
    await navigator.share({ title: document.title, url });
    return true;
  } catch (fault) {
    return fault instanceof DOMException && fault.name === "AbortError";
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-copy], [data-copy-text]");
  if (!(button instanceof HTMLElement)) return;
  if (sharesByMenu && button.dataset.copyShare && (await share(textOf(button)))) return;
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
