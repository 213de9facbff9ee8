// @ts-check
/**
 * The form of an entry, nicer: rows come and go without a round trip, services and gemeenten are searched while
 * typing, points and work areas are set on a map. Without it every button does the same through the server.
 */

import { Pick, optionsOf } from "./room-pick.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-entry-form]"));
const services = optionsOf("lijst-diensten");
const gemeenten = optionsOf("lijst-gemeenten");
const regions = optionsOf("lijst-regios");
const places = [...regions, ...gemeenten];
const GONE = { werkvormen: "Werkvorm weggenomen.", sites: "Vestiging weggenomen.", offers: "Dienst weggenomen.", recognitions: "Erkenning weggenomen." };
const HAND = "Het punt is met de hand gezet en volgt het adres niet. Maak beide velden leeg om het weer uit het adres te halen.";
const FROM_ADDRESS = "Leeg: het punt komt van het adres zodra u bewaart.";

let isChanged = Boolean(form.dataset.newRow || document.getElementById("fouten"));
const changed = () => { isChanged = true; };

/** @param {ParentNode} parent @param {string} selector @returns {HTMLElement[]} */
const all = (parent, selector) => [...parent.querySelectorAll(selector)].map((one) => /** @type {HTMLElement} */ (one));
/** @param {ParentNode} parent @param {string} selector @returns {any} */
const one = (parent, selector) => parent.querySelector(selector);

/** A button that sends nothing. @param {string} text @param {() => void} pressed @param {string} look */
function button(text, pressed, look = "quiet") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = text;
  made.addEventListener("click", pressed);
  return made;
}

// --- Rows ---------------------------------------------------------------------------------------------------

/** @param {string} kind */
const rowsOf = (kind) => all(form, `[data-rows="${kind}"] > [data-row]`);

/** Add an empty row, ready to type in. @param {string} kind */
function addRow(kind) {
  const numbers = rowsOf(kind).map((row) => Number((row.dataset.row || "").split("-")[1]));
  const number = Math.max(-1, ...numbers) + 1;
  const pattern = /** @type {HTMLTemplateElement} */ (one(document, `[data-pattern="${kind}"]`));
  const made = document.createElement("template");
  made.innerHTML = pattern.innerHTML.replaceAll("__n__", String(number));
  const row = /** @type {HTMLElement} */ (made.content.firstElementChild);
  one(form, `[data-rows="${kind}"]`).append(row);
  improve(row);
  refreshSites();
  changed();
  one(row, "input:not([type=hidden]), select").focus();
  return row;
}

/** Take a row away until it is put back; what is in it is not sent. @param {HTMLElement} row */
function removeRow(row) {
  const kind = /** @type {keyof GONE} */ ((row.dataset.row || "").split("-")[0]);
  const fields = all(row, "input, select, textarea, button").filter((field) => !(/** @type {any} */ (field).disabled));
  const able = (/** @type {boolean} */ is) => fields.forEach((field) => { /** @type {any} */ (field).disabled = !is; });
  const note = document.createElement("p");
  note.className = "rows__gone";
  note.setAttribute("role", "status");
  const back = button("Zet terug", () => {
    able(true);
    row.hidden = false;
    note.remove();
    refreshSites();
    one(row, "summary, input:not([type=hidden]), select").focus();
  });
  able(false);
  row.hidden = true;
  note.append(GONE[kind], " ", back);
  row.after(note);
  refreshSites();
  changed();
  back.focus();
}

/** Another service with the work area and the ways of working of this one. @param {HTMLElement} row */
function copyOffer(row) {
  const copy = addRow("offers");
  const [from, to] = [row.dataset.row || "", copy.dataset.row || ""];
  for (const field of all(row, "[name]")) {
    const source = /** @type {HTMLInputElement} */ (field);
    const key = source.name.slice(from.length + 1);
    if (["id", "service", "note"].includes(key)) continue;
    const same = all(copy, `[name="${to}-${key}"]`).map((target) => /** @type {HTMLInputElement} */ (target));
    for (const target of same) {
      if (["checkbox", "radio"].includes(source.type)) {
        if (target.value === source.value) target.checked = source.checked;
      } else target.value = source.value;
    }
  }
  copy.dispatchEvent(new CustomEvent("rows:filled"));
  describeOffer(copy);
}

// --- Sites and offers ---------------------------------------------------------------------------------------

/** Every offer can be done from every site that stands in the form now. */
function refreshSites() {
  const sites = rowsOf("sites").filter((row) => !row.hidden).map((row) => {
    const number = (row.dataset.row || "").split("-")[1];
    const [name, gemeente] = ["name", "gemeente"].map((key) => one(row, `[name="sites-${number}-${key}"]`).value.trim());
    one(row, "legend").textContent = name ? `Vestiging: ${name}` : "Vestiging";
    return { number, label: name || `Vestiging zonder naam${gemeente ? ` in ${gemeente}` : ""}` };
  });
  for (const element of all(form, "[data-sites]")) {
    const select = /** @type {HTMLSelectElement} */ (element);
    const before = select.value;
    const options = [new Option("Alle vestigingen", ""), ...sites.map((site) => new Option(site.label, site.number))];
    if (before && !sites.some((site) => site.number === before)) options.push(new Option("Weggenomen vestiging", before));
    select.replaceChildren(...options);
    select.value = before;
  }
}

/** What a folded offer says of itself. @param {HTMLElement} row */
function describeOffer(row) {
  const name = row.dataset.row;
  const value = (/** @type {string} */ key) => one(row, `[name="${name}-${key}"]`).value.trim();
  const isKnown = one(row, `#${name}-known-ja`).checked;
  const named = value("places").replace(/regio:[a-z0-9-]+/g, (slug) => regions.find((region) => region.value === slug)?.label || slug);
  const parts = [named, value("km") && `${value("km")} km`, one(row, `#${name}-vlaanderen`).checked && "heel Vlaanderen"];
  one(row, "[data-offer-name]").textContent = value("service") || "Nieuwe dienst";
  one(row, "[data-offer-words]").textContent = isKnown ? `werkgebied: ${parts.filter(Boolean).join(", ")}` : "werkgebied niet bekend";
  one(row, "[data-area-fields]").hidden = !isKnown;
}

/** Gemeenten and regions as things to add and take away, in the place of a text. @param {HTMLElement} block @param {HTMLElement} row */
function pickPlaces(block, row) {
  const text = /** @type {HTMLTextAreaElement} */ (one(block, "textarea"));
  const read = () => text.value.split(/[;\n]|,(?!\d)/).map((part) => part.trim()).filter(Boolean);
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.id = `${text.id}-kies`;
  input.type = "text";
  input.autocomplete = "off";
  label.htmlFor = input.id;
  label.textContent = "Gemeente of regio toevoegen";
  const chips = document.createElement("ul");
  chips.className = "chips";
  const fold = document.createElement("details");
  fold.className = "point__fold";
  const summary = document.createElement("summary");
  summary.textContent = "Kies gemeenten op de kaart";
  const canvas = document.createElement("div");
  canvas.className = "point__map";
  const frame = document.createElement("div");
  frame.className = "map";
  frame.append(canvas);
  fold.append(summary, frame);
  const box = document.createElement("div");
  box.className = "field places";
  box.dataset.pick = "";
  box.append(label, input);
  /** @type {() => void} */
  let refreshMap = () => {};
  const write = (/** @type {string[]} */ chosen) => {
    text.value = chosen.join("; ");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };
  const toggle = (/** @type {string} */ value) => write(read().includes(value) ? read().filter((one) => one !== value) : [...read(), value]);
  const show = () => {
    chips.hidden = read().length === 0;
    chips.replaceChildren(...read().map((value) => {
      const item = document.createElement("li");
      const known = places.find((place) => place.value === value);
      const chip = button(known ? known.label : value, () => { toggle(value); input.focus(); }, "chip");
      chip.setAttribute("aria-label", `${known ? known.label : value} wegnemen`);
      item.append(chip);
      return item;
    }));
    refreshMap();
  };
  block.append(box, chips, fold);
  new Pick(input, places, (place) => { if (!read().includes(place.value)) write([...read(), place.value]); }, false);
  // What could not be read stays there as text, with its message.
  if (text.getAttribute("aria-invalid")) text.addEventListener("change", show);
  else one(block, ".field").hidden = true;
  onOpen(fold, (map) => { refreshMap = map.areaMap(canvas, form.dataset, gemeenten, (value) => read().includes(value), toggle); });
  row.addEventListener("rows:filled", show);
  show();
}

/** Make a map when its fold is first opened. @param {HTMLDetailsElement} fold @param {(map: typeof import("./room-map.js")) => void} make */
function onOpen(fold, make) {
  fold.hidden = !(/** @type {any} */ (window).L);
  let isMade = false;
  fold.addEventListener("toggle", async () => {
    if (!fold.open || isMade) return;
    isMade = true;
    make(await import("./room-map.js"));
  });
}

/** The point of a site: its fields, what they mean, and its map. @param {HTMLElement} row */
function pointOf(row) {
  const number = (row.dataset.row || "").split("-")[1];
  const [lat, lon, gemeente] = ["lat", "lon", "gemeente"].map((key) => /** @type {HTMLInputElement} */ (one(row, `[name="sites-${number}-${key}"]`)));
  const words = one(row, "[data-point-words]");
  for (const field of [lat, lon]) field.addEventListener("input", () => { words.textContent = lat.value.trim() || lon.value.trim() ? HAND : FROM_ADDRESS; });
  const fold = /** @type {HTMLDetailsElement} */ (one(row, "[data-map-fold]"));
  onOpen(fold, (map) => map.pointMap(one(row, "[data-point-map]"), form.dataset, lat, lon, () => gemeenten.find((place) => place.value === gemeente.value.trim())));
}

/** Give a row what the script adds to it. @param {HTMLElement} row */
function improve(row) {
  for (const box of all(row, "[data-pick=diensten]")) new Pick(one(box, "input"), services);
  for (const box of all(row, "[data-pick=gemeenten]")) new Pick(one(box, "input"), gemeenten);
  for (const block of all(row, "[data-places]")) pickPlaces(block, row);
  const [kind] = (row.dataset.row || "").split("-");
  if (kind === "sites") {
    pointOf(row);
    row.addEventListener("input", (event) => { if (event.target instanceof HTMLElement && event.target.closest("[data-site-name], [data-site-gemeente]")) refreshSites(); });
  }
  if (kind === "offers") {
    for (const name of ["input", "change"]) row.addEventListener(name, () => describeOffer(row));
    describeOffer(row);
  }
}

form.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element && /** @type {HTMLButtonElement | null} */ (event.target.closest("button[data-add], button[data-remove], button[data-copy]"));
  if (!pressed) return;
  event.preventDefault();
  const row = /** @type {HTMLElement} */ (pressed.closest("[data-row]"));
  if (pressed.dataset.add) addRow(pressed.dataset.add);
  else if ("copy" in pressed.dataset) copyOffer(row);
  else removeRow(row);
});
form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => {
  const by = /** @type {SubmitEvent} */ (event).submitter;
  if (!by || !("preview" in by.dataset)) isChanged = false;
});
addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
// A link to a field in a folded offer opens it.
for (const link of all(document, ".errors a")) {
  link.addEventListener("click", () => {
    const field = document.getElementById((link.getAttribute("href") || "").slice(1));
    for (let fold = field?.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
    field?.focus();
  });
}

for (const row of all(form, "[data-row]")) improve(row);
document.getElementById("fouten")?.focus();
const added = form.dataset.newRow && one(form, `[data-row="${form.dataset.newRow}"]`);
if (added) one(added, "input:not([type=hidden]), select").focus();
