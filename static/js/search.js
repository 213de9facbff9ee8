/**
 * Live results: a choice or a search fetches the same page and swaps the parts marked data-live, so that address,
 * focus and Back stay right. On any fault the browser simply goes to the page.
 */

const REGIONS = "[data-live]";
const FOLDS = "details[data-fold]";

/** @type {AbortController | null} */
let running = null;

/**
 * @param {HTMLFormElement} form
 * @returns {string} the address that the form would go to, without empty parameters
 */
function addressOf(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim()) query.append(name, value.trim());
  }
  const text = query.toString();
  return form.action.split("?")[0] + (text ? `?${text}` : "");
}

/**
 * Put the parts of the new page in place of the old ones; folds stay as the reader left them.
 * @param {Document} fresh
 * @returns {void}
 */
function swap(fresh) {
  const open = new Map([...document.querySelectorAll(FOLDS)].map((fold) => [fold.dataset.fold, fold.open]));
  for (const old of document.querySelectorAll(REGIONS)) {
    const region = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
    if (!region) throw new Error(`no region ${old.dataset.live}`);
    old.replaceChildren(...region.childNodes);
  }
  for (const fold of document.querySelectorAll(FOLDS)) {
    if (open.has(fold.dataset.fold)) fold.open = open.get(fold.dataset.fold);
  }
  document.title = fresh.title;
  for (const link of document.querySelectorAll("link[rel=canonical]")) {
    link.href = fresh.querySelector("link[rel=canonical]")?.href || location.href;
  }
}

/**
 * The boxes "Wat?" and "Waar?" follow the address, except the one in which someone is typing.
 * @param {Document} fresh
 * @returns {void}
 */
function followBoxes(fresh) {
  for (const id of ["q", "waar"]) {
    const box = document.getElementById(id);
    const other = fresh.getElementById(id);
    if (box instanceof HTMLInputElement && other && box !== document.activeElement) {
      box.value = other.getAttribute("value") || "";
    }
  }
}

/**
 * @param {string | undefined} id of the control that was used
 * @returns {void}
 */
function keepFocus(id) {
  const control = id && document.getElementById(id);
  if (control) control.focus({ preventScroll: true });
  else if (!document.activeElement || document.activeElement === document.body) {
    document.querySelector("[data-live-heading]")?.focus({ preventScroll: true });
  }
}

/** @param {boolean} busy */
function markBusy(busy) {
  for (const region of document.querySelectorAll(".results")) region.setAttribute("aria-busy", String(busy));
}

/**
 * Show the page at this address in this page.
 * @param {string} address
 * @param {{push?: boolean, focus?: string}} [how]
 * @returns {Promise<void>}
 */
async function show(address, { push = true, focus } = {}) {
  running?.abort();
  const mine = (running = new AbortController());
  markBusy(true);
  try {
    const response = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine.signal.aborted) return;
    // First the address: links of the new parts are read against it.
    if (push) history.pushState(null, "", response.url);
    swap(fresh);
    followBoxes(fresh);
    keepFocus(focus);
    running = null;
    const status = document.querySelector("[data-live-status]");
    const heading = document.querySelector("[data-live-heading]");
    if (status && heading) status.textContent = heading.textContent;
    document.dispatchEvent(new CustomEvent("catalogue:updated"));
    markBusy(false);
  } catch (fault) {
    if (mine.signal.aborted && running !== mine) return;
    location.assign(address);
  }
}

/** @param {MouseEvent} event */
function isPlainClick(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

if (document.querySelector(REGIONS)) {
  for (const button of document.querySelectorAll("[data-live-button]")) button.hidden = true;

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.form?.hasAttribute("data-live-on-change")) return;
    // A box knows the search without it better than the form does, but not while an earlier choice is under way.
    const address = running || !box.dataset.url ? addressOf(box.form) : box.dataset.url;
    void show(address, { focus: box.id });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-live-form")) return;
    event.preventDefault();
    void show(addressOf(form), { focus: document.activeElement?.id });
  });

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-live-link]");
    if (!(link instanceof HTMLAnchorElement) || !isPlainClick(event)) return;
    event.preventDefault();
    void show(link.href);
  });

  // Back from an organisation puts the reader where they were, also where the browser kept no copy of the page.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest(".hit a[href]");
    if (link) history.replaceState({ ...history.state, focus: link.getAttribute("href") }, "");
  });
  const [visit] = performance.getEntriesByType("navigation");
  if (visit instanceof PerformanceNavigationTiming && visit.type === "back_forward" && history.state?.focus) {
    /** @type {HTMLElement | null} */ (
      document.querySelector(`.hit a[href="${CSS.escape(history.state.focus)}"]`)
    )?.focus();
  }

  let shown = location.pathname + location.search;
  document.addEventListener("catalogue:updated", () => (shown = location.pathname + location.search));
  addEventListener("popstate", () => {
    // A jump within the page (the skip link) is no other search.
    if (location.pathname + location.search !== shown) void show(location.href, { push: false });
  });
}
