// @ts-check
/**
 * For a page of another site that frames ours: gives each of those frames the height of what stands in it. It listens
 * to this site alone, changes nothing but the height of its frames, and keeps and sends nothing.
 */
(() => {
  const KIND = "catalogus-hoogte";
  // A page that says something else about its height is not ours.
  const MOST = 30_000;
  const own = document.currentScript instanceof HTMLScriptElement ? new URL(document.currentScript.src).origin : "";

  /** @returns {HTMLIFrameElement[]} */
  const frames = () => [...document.querySelectorAll("iframe")].filter((frame) => new URL(frame.src, document.baseURI).origin === own);

  addEventListener("message", (event) => {
    if (event.origin !== own || event.data?.kind !== KIND) return;
    const { height } = event.data;
    if (!Number.isInteger(height) || height < 1 || height > MOST) return;
    for (const frame of frames()) {
      // An attribute, as a style of our making would need leave of the page's content policy.
      if (frame.contentWindow === event.source) frame.height = String(height);
    }
  });

  // A frame that is there already told its height before anybody listened. The question holds nothing: any page may hear it.
  for (const frame of frames()) frame.contentWindow?.postMessage({ kind: KIND }, "*");
})();
