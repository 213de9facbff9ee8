/**
 * A message to change before it is sent (components/message.html): the box takes the place of the plain text, and what
 * is written in it goes along with the copy button, with the links that open a mail, and on paper.
 */

const frame = document.querySelector("[data-message]");
const box = frame?.querySelector("textarea");
const text = frame?.querySelector("[data-message-text]");

/**
 * @param {HTMLAnchorElement} link that opens a mail
 * @param {string} body
 * @returns {void}
 */
function putInMail(link, body) {
  const [before] = link.href.split("&body=");
  link.href = `${before}&body=${encodeURIComponent(body.replaceAll("\n", "\r\n"))}`;
}

/** @returns {void} */
function follow() {
  if (!box || !text) return;
  text.textContent = box.value;
  const copy = frame?.querySelector("[data-copy-text]");
  if (copy instanceof HTMLElement) copy.dataset.copyText = box.value;
  for (const link of document.querySelectorAll("a[data-mail]")) putInMail(link, box.value);
}

if (box && text) {
  text.classList.add("print-only");
  for (const hidden of frame.querySelectorAll("[data-message-box]")) hidden.hidden = false;
  box.addEventListener("input", follow);
  // Back may have put in the box again what was written before.
  follow();
}
