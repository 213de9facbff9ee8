/**
 * The shortlist that is being built: kept in this browser only, for thirty days, and never sent. Without script every
 * button here is a link to /keuzelijst, which works by its address alone.
 */

const KEY = "keuzelijst";
const REASONS = "keuzelijst-redenen";
const PAGE = "/keuzelijst";
const PARAMETER = "organisatie";
const MOST = 50;
const KEPT_MS = 30 * 24 * 3600 * 1000;
// Of an address of the list: what belongs to one visit, not to the question that goes along.
const PASSING = [PARAMETER, "q", "weg", "plaats"];

/** @returns {string[]} the slugs in order; empty where nothing is kept, or it is too old */
function kept() {
  try {
    const { slugs, day } = JSON.parse(localStorage.getItem(KEY) || "{}");
    const isFresh = typeof day === "number" && Date.now() - day < KEPT_MS;
    return isFresh && Array.isArray(slugs) ? slugs.filter((slug) => typeof slug === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** @param {string[]} slugs */
function keep(slugs) {
  if (slugs.length) localStorage.setItem(KEY, JSON.stringify({ slugs: slugs.slice(0, MOST), day: Date.now() }));
  else localStorage.removeItem(KEY);
}

/** @returns {boolean} whether this browser lets us keep anything */
function canKeep() {
  try {
    localStorage.setItem(`${KEY}-proef`, "1");
    localStorage.removeItem(`${KEY}-proef`);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string[]} slugs
 * @returns {string} the page of these, with the question that stands in the address of a list
 */
function addressOf(slugs) {
  const query = new URLSearchParams(slugs.map((slug) => [PARAMETER, slug]));
  if (location.pathname === PAGE) {
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (!PASSING.includes(name)) query.append(name, value);
    }
  }
  return `${PAGE}?${query}`;
}

/**
 * @param {string} name of the element
 * @param {Record<string, string>} attributes
 * @param {...(string | Node)} content
 * @returns {HTMLElement}
 */
function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

const said = element("p", { class: "vh", role: "status" });

/** The line at the bottom that says how many there are. */
function showBar() {
  document.querySelector(".keptbar")?.remove();
  const slugs = kept();
  document.documentElement.classList.toggle("has-keptbar", slugs.length > 0);
  if (!slugs.length || document.querySelector("[data-shortlist-page]")) return;
  const bar = element(
    "aside",
    { class: "keptbar no-print", "aria-label": "Uw keuzelijst" },
    element(
      "div",
      { class: "wrap keptbar__row" },
      element("span", {}, element("b", {}, String(slugs.length)), " op uw keuzelijst"),
      element("a", { class: "button", href: addressOf(slugs) }, "Bekijk"),
    ),
  );
  document.querySelector("main")?.after(bar);
}

/** @param {HTMLElement} button @param {string} name @param {boolean} isOn */
function label(button, name, isOn) {
  button.replaceChildren(isOn ? "Van keuzelijst halen" : "Zet op keuzelijst", element("span", { class: "vh" }, `: ${name}`));
}

/** Every link to a list of one becomes a button that changes the list of this browser. */
function showButtons() {
  const slugs = kept();
  for (const place of document.querySelectorAll("[data-shortlist]")) {
    const { shortlist: slug = "", shortlistName: name = "" } = place.dataset;
    let button = place.querySelector("button");
    if (!button) {
      const link = place.querySelector("a");
      button = element("button", { type: "button", class: link?.className || "link" });
      button.classList.remove("button");
      button.addEventListener("click", () => toggle(slug, name));
      link?.replaceWith(button);
    }
    label(button, name, slugs.includes(slug));
  }
}

/** @param {string} slug @param {string} name */
function toggle(slug, name) {
  const slugs = kept();
  const isOn = slugs.includes(slug);
  if (!isOn && slugs.length >= MOST) {
    said.textContent = `Uw keuzelijst is vol: ${MOST} organisaties.`;
    return;
  }
  keep(isOn ? slugs.filter((other) => other !== slug) : [...slugs, slug]);
  showAll();
  const number = kept().length;
  said.textContent = isOn
    ? `${name} is van uw keuzelijst gehaald. Er staan er nog ${number} op.`
    : `${name} staat op uw keuzelijst. Er staan er ${number} op.`;
}

function showAll() {
  showButtons();
  showBar();
}

/**
 * The page of a list. One's own list follows what is done there; of another list one may take over what is on it.
 * @param {HTMLElement} place
 */
function showPage(place) {
  const shown = place.dataset.shortlistPage?.split(" ").filter(Boolean) || [];
  const own = kept();
  const isOwn = shown.join(" ") === own.join(" ");
  if (!shown.length && own.length && !("shortlistStay" in place.dataset)) {
    location.replace(addressOf(own));
    return;
  }
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[data-shortlist-change]");
    if (!(link instanceof HTMLAnchorElement)) return;
    // Nobody has a list yet and puts one on it: that list is theirs.
    if (isOwn || (!own.length && !shown.length)) keep(new URL(link.href).searchParams.getAll(PARAMETER));
  });
  if (isOwn || !shown.length) return;
  const both = [...new Set([...own, ...shown])];
  if (both.length > MOST) return;
  const take = element("button", { type: "button", class: "link" }, own.length ? "Voeg ze toe aan mijn lijst" : "Bewaar de lijst in deze browser");
  take.addEventListener("click", () => {
    keep(both);
    location.assign(addressOf(both));
  });
  const line = element("p", {});
  if (own.length) {
    const mine = element("a", { href: addressOf(own) }, own.length === 1 ? "1 organisatie" : `${own.length} organisaties`);
    line.append("Dit is een andere lijst dan die van u. Op de uwe staat ", mine, ". ", take);
  } else {
    line.append("Wilt u aan deze lijst voortwerken? ", take);
  }
  place.append(element("div", { class: "notice notice--calm no-print" }, line));
}

/** What is being written stays in this window when the page changes; it goes nowhere else. */
function keepReasons() {
  const fields = [...document.querySelectorAll("[data-shortlist-reason]")];
  /** @type {Record<string, string>} */
  let texts = {};
  try {
    texts = JSON.parse(sessionStorage.getItem(REASONS) || "{}") || {};
  } catch {
    // Then they start empty.
  }
  for (const field of fields) {
    if (!field.value && typeof texts[field.name] === "string") field.value = texts[field.name];
    field.addEventListener("input", () => {
      texts[field.name] = field.value;
      sessionStorage.setItem(REASONS, JSON.stringify(texts));
    });
  }
}

const print = document.querySelector("[data-shortlist-print]");
if (print instanceof HTMLElement) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
const undo = document.querySelector("[data-shortlist-undo]");
if (undo instanceof HTMLElement) undo.focus({ preventScroll: true });

if (canKeep()) {
  document.querySelector("main")?.append(said);
  const place = document.querySelector("[data-shortlist-page]");
  if (place instanceof HTMLElement) showPage(place);
  keepReasons();
  showAll();
  document.addEventListener("catalogue:updated", showAll);
  // Another window of this browser changed the list, or Back brought an older page.
  window.addEventListener("storage", showAll);
  window.addEventListener("pageshow", (event) => event.persisted && showAll());
}
