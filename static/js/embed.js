// @ts-check
/**
 * The page that stands in a frame of another site tells that site how high it is: one number, and nothing else.
 * embed-host.js on that site listens; without it nothing happens.
 */

const KIND = "catalogus-hoogte";

/** Tell how high the page is, whatever site it stands on: the number is no secret. */
function tell() {
  const main = document.querySelector("main");
  if (main) parent.postMessage({ kind: KIND, height: Math.ceil(main.getBoundingClientRect().height) }, "*");
}

if (parent !== window) {
  new ResizeObserver(tell).observe(/** @type {Element} */ (document.querySelector("main")));
  // The script of the other site may come later than this page: it asks.
  addEventListener("message", (event) => {
    if (event.source === parent && event.data?.kind === KIND) tell();
  });
}
