// @ts-check
/**
 * Fills the map that folium has made: points as numbered markers, popups, outlines, and the tie with the list.
 * Markers get their text by textContent and their looks from map.css; no markup is ever made from data.
 */

/**
 * @typedef {object} Options
 * @property {string} [points] address of the points, on this origin
 * @property {object} [features] the points themselves, for a small map
 * @property {{p: [number, number], t: string, n: number, a: number}[]} [counts] a number at each gemeente: place, name, number, and how much of it is assumed
 * @property {string} backdrop address of outlines, drawn where there are no tiles
 * @property {string} borders address of borders of gemeenten, or empty
 * @property {boolean} tiles whether the map has tiles
 */

const L = /** @type {any} */ (window).L;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
// Pixels within which markers join in a cluster; at half steps of zoom it is a third less, still a marker wide.
const CLUSTER_RADIUS = 64;
const PIN = 30;
const CLUSTER = 40;
const NUMBER = 26;
const DIGIT = 8;
const CLOSEST = 13;
const CLOSEST_OUTLINES = 11;
const CLOSEST_SMALL = 9;
const PROVINCE = "provincie";
// From this zoom on the parts of a province are named instead of the province.
const NEAR = 10;
// Room for a name: its box, and about what a letter takes.
const NAME_BOX = [220, 24];
const LETTER = 9;
const TEXT = {
  help: "Pijltjes verschuiven de kaart, plus en min zoomen. Met Tab gaat u van punt naar punt, Enter toont wie er is.",
  zoomIn: "Inzoomen",
  zoomOut: "Uitzoomen",
  close: "Sluiten",
  none: "Geen van deze organisaties heeft een plaats op de kaart.",
  approximate: "plaats bij benadering",
  people: (/** @type {number} */ n) => (n === 0 ? "niemand" : n === 1 ? "1 organisatie" : `${n.toLocaleString("nl-BE")} organisaties`),
  assumed: (/** @type {number} */ n) => `${n.toLocaleString("nl-BE")} met een aangenomen werkgebied`,
  empty: (/** @type {number} */ n, /** @type {number} */ all) =>
    `${all.toLocaleString("nl-BE")} ${all === 1 ? "gemeente" : "gemeenten"} op de kaart, waarvan ${n.toLocaleString("nl-BE")} zonder aanbod.`,
  cluster: (/** @type {number} */ n) => `${n} plaatsen dicht bij elkaar, tonen`,
  total: (/** @type {number} */ n) => `${n.toLocaleString("nl-BE")} ${n === 1 ? "plaats" : "plaatsen"} op de kaart.`,
  missing: (/** @type {number} */ n) =>
    n === 1 ? " 1 organisatie heeft geen bekende plaats: ze staat alleen in de lijst."
      : ` ${n.toLocaleString("nl-BE")} organisaties hebben geen bekende plaats: ze staan alleen in de lijst.`,
};

// Before folium's script makes the map: its own options say nothing about movement.
L.Map.mergeOptions({ zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm });

/** A marker's element with plain text in it: a number, a count or a name. */
const TextIcon = L.DivIcon.extend({
  options: { html: false, text: "", label: "", number: 0 },
  createIcon(/** @type {HTMLElement|null} */ old) {
    const element = L.DivIcon.prototype.createIcon.call(this, old);
    element.textContent = this.options.text;
    if (this.options.label) element.setAttribute("aria-label", this.options.label);
    if (this.options.number) element.dataset.hit = this.options.number;
    return element;
  },
});

/** A marker of one site. */
function pin(/** @type {any} */ feature, /** @type {any} */ latlng) {
  const { n, t, g, b } = feature.properties;
  const text = String(n);
  const label = `${n}. ${t}${g ? `, ${g}` : ""}${b ? ` (${TEXT.approximate})` : ""}`;
  const icon = new TextIcon({
    className: b ? "pin pin--approximate" : "pin",
    iconSize: [PIN + Math.max(0, text.length - 2) * DIGIT, PIN],
    text, label, number: n,
  });
  return L.marker(latlng, { icon, title: label, riseOnHover: true });
}

/** The marker of a group of sites. */
function cluster(/** @type {any} */ group) {
  const count = group.getChildCount();
  const text = count.toLocaleString("nl-BE");
  return new TextIcon({
    className: "cluster",
    iconSize: [CLUSTER + Math.max(0, text.length - 3) * DIGIT, CLUSTER],
    text, label: TEXT.cluster(count),
  });
}

/** A number at a gemeente; its table says the same, so it is a picture and no button. */
function number(/** @type {{p: [number, number], t: string, n: number, a: number}} */ one) {
  const text = one.n.toLocaleString("nl-BE");
  const label = `${one.t}: ${TEXT.people(one.n)}${one.a ? `, ${TEXT.assumed(one.a)}` : ""}`;
  const kind = one.n === 0 ? " number--none" : one.a === one.n ? " number--unsure" : one.n === 1 ? " number--one" : "";
  const icon = new TextIcon({
    className: `number${kind}`,
    iconSize: [NUMBER + Math.max(0, text.length - 2) * DIGIT, NUMBER],
    text, label,
  });
  const marker = L.marker(one.p, { icon, title: label, keyboard: false, riseOnHover: true });
  marker.on("add", () => marker.getElement().setAttribute("role", "img"));
  return marker;
}

/** The content of a popup: the page's template with the words of one site. */
function popupContent(/** @type {HTMLTemplateElement} */ template, /** @type {any} */ site) {
  const content = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (content.querySelector(`[data-${name}]`));
  const link = /** @type {HTMLAnchorElement} */ (part("name"));
  part("number").textContent = site.n;
  link.textContent = site.t;
  // An address of this site, never a script.
  if (/^\/(?![/\\])/.test(site.u || "")) link.href = site.u; else link.removeAttribute("href");
  part("place").textContent = site.g || "";
  part("reason").textContent = site.w || "";
  for (const name of ["place", "reason"]) if (!part(name).textContent) part(name).remove();
  if (!site.b) part("approximate").remove();
  const box = document.createElement("div");
  box.append(content);
  return box;
}

/** Where the name of an outline goes: the middle of its largest ring. */
function middle(/** @type {any} */ geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates]
    : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  let best = null;
  let size = 0;
  for (const [ring] of polygons) {
    let area = 0, x = 0, y = 0;
    for (let i = 1; i < ring.length; i++) {
      const cross = ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
      area += cross;
      x += (ring[i - 1][0] + ring[i][0]) * cross;
      y += (ring[i - 1][1] + ring[i][1]) * cross;
    }
    if (Math.abs(area) > size) {
      size = Math.abs(area);
      best = L.latLng(y / (3 * area), x / (3 * area));
    }
  }
  return best;
}

/**
 * Thin outlines with their names, under everything else; `kind` where a feature does not name its own.
 * @param {any} map
 * @param {string} url
 * @param {string} kind
 * @param {(soort: string) => boolean} wanted
 */
export async function drawOutlines(map, url, kind, wanted = () => true) {
  for (const name of ["borders", "outlines"]) {
    if (!map.getPane(name)) map.createPane(name).classList.add("map-outlines", `map-outlines--${name}`);
  }
  const response = await fetch(url);
  if (!response.ok) return;
  const data = await response.json();
  const kindOf = (/** @type {any} */ feature) => feature.properties?.soort || kind;
  // Cantons of one town are numbered; on the map its name once is enough.
  const nameOf = (/** @type {any} */ feature) =>
    String(feature.properties?.naam || feature.properties?.name || "").replace(/ \d+$/, "");
  /** @type {Set<string>} */
  const used = new Set();
  /** @type {{element: HTMLElement, width: number, large: boolean}[]} */
  const names = [];
  L.geoJSON(data, {
    pane: kind === PROVINCE ? "outlines" : "borders",
    filter: (/** @type {any} */ feature) => wanted(kindOf(feature)),
    interactive: false,
    smoothFactor: 0.6,
    style: (/** @type {any} */ feature) => ({ className: `outline outline--${kindOf(feature)}`, fill: true }),
    pointToLayer: () => null,
    onEachFeature(/** @type {any} */ feature, /** @type {any} */ layer) {
      const place = nameOf(feature) && feature.geometry && middle(feature.geometry);
      const key = `${kindOf(feature)} ${nameOf(feature)}`;
      if (!place || used.has(key)) return;
      used.add(key);
      const icon = new TextIcon({
        className: `outline-name outline-name--${kindOf(feature)}`,
        iconSize: NAME_BOX, text: nameOf(feature),
      });
      const marker = L.marker(place, { icon, pane: "outlines", interactive: false, keyboard: false }).addTo(map);
      const bounds = layer.getBounds();
      names.push({
        element: marker.getElement(),
        // How often its name fits in it at zoom 0.
        width: ((bounds.getEast() - bounds.getWest()) / 360) * 256 / (LETTER * nameOf(feature).length),
        large: kindOf(feature) === PROVINCE,
      });
    },
  }).addTo(map);
  const fit = () => {
    const zoom = map.getZoom();
    for (const { element, width, large } of names) element.hidden = width * 2 ** zoom < 1 || large === zoom >= NEAR;
  };
  map.on("zoomend", fit);
  fit();
}

/** The wheel scrolls the page, unless the visitor is in the map or holds Control. */
function tameWheel(/** @type {any} */ map, /** @type {HTMLElement} */ container) {
  let inside = false;
  container.addEventListener("pointerdown", () => { inside = true; });
  container.addEventListener("focusin", () => { inside = true; });
  container.addEventListener("focusout", () => { inside = container.matches(":hover:focus-within"); });
  document.addEventListener("pointerdown", (event) => {
    if (!container.contains(/** @type {Node} */ (event.target))) inside = false;
  });
  container.addEventListener("wheel", (event) => {
    if (inside || event.ctrlKey) {
      map.scrollWheelZoom.enable();
      if (event.ctrlKey) event.preventDefault();
    } else {
      map.scrollWheelZoom.disable();
    }
  }, { capture: true, passive: false });
}

/** Take over a map of folium. */
function catalogueMap(/** @type {any} */ map, /** @type {Options} */ options) {
  const container = /** @type {HTMLElement} */ (map.getContainer());
  const block = /** @type {HTMLElement} */ (container.closest("[data-map]"));
  const template = /** @type {HTMLTemplateElement} */ (block.querySelector("[data-map-popup]"));
  const status = /** @type {HTMLElement} */ (block.querySelector("[data-map-status]"));
  const failed = /** @type {HTMLElement} */ (block.querySelector("[data-map-failed]"));
  /** @type {Map<number, any[]>} */
  const byNumber = new Map();
  /** What was pressed to open the popup or a cluster, so that focus can go back to it. @type {any} */
  let opener = null;
  let byKeyboard = false;

  container.setAttribute("role", "group");
  container.setAttribute("aria-label", `${block.dataset.label}. ${TEXT.help}`);
  L.control.zoom({ zoomInTitle: TEXT.zoomIn, zoomOutTitle: TEXT.zoomOut }).addTo(map);
  tameWheel(map, container);
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);

  const group = L.markerClusterGroup({
    maxClusterRadius: CLUSTER_RADIUS,
    showCoverageOnHover: false,
    animate: !calm,
    iconCreateFunction: cluster,
    spiderLegPolylineOptions: { className: "spider-leg", interactive: false },
  });
  const elementOf = (/** @type {any} */ marker) => group.getVisibleParent(marker)?.getElement();
  const focus = (/** @type {any} */ marker) => (elementOf(marker) || container).focus({ preventScroll: true });

  // Popup: one at a time, shared by all markers.
  const popup = L.popup({ minWidth: 190, maxWidth: 280, offset: [0, -PIN / 2 + 4], autoPanPadding: [16, 16] });
  group.on("click", (/** @type {any} */ event) => {
    const marker = event.layer;
    opener = marker;
    popup.setLatLng(marker.getLatLng())
      .setContent(popupContent(template, marker.feature.properties))
      .openOn(map);
    const element = popup.getElement();
    element.setAttribute("role", "dialog");
    element.setAttribute("aria-label", marker.feature.properties.t);
    element.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", TEXT.close);
    (element.querySelector("a[data-name][href]") || element.querySelector(".leaflet-popup-close-button")).focus({ preventScroll: true });
  });
  map.on("popupclose", () => {
    if (opener && (popup.getElement().contains(document.activeElement) || document.activeElement === document.body)) {
      focus(opener);
    }
  });

  // Keyboard: Enter and Space press a marker, Escape closes the popup wherever focus is in the map.
  container.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Escape" && popup.isOpen()) {
      event.preventDefault();
      map.closePopup();
    } else if ((event.key === "Enter" || event.key === " ") && target.matches(".leaflet-marker-icon[role=button]")) {
      event.preventDefault();
      byKeyboard = true;
      target.click();
    }
  });
  group.on("clusterclick", (/** @type {any} */ event) => {
    if (!byKeyboard) return;
    byKeyboard = false;
    // The pressed cluster falls apart: go on with the first of its parts.
    const first = event.layer.getAllChildMarkers()
      .reduce((/** @type {any} */ a, /** @type {any} */ b) => (b.feature.properties.n < a.feature.properties.n ? b : a));
    container.focus({ preventScroll: true });
    const next = () => { group.off("animationend spiderfied", next); focus(first); };
    group.on("animationend spiderfied", next);
  });
  group.on("click", () => { byKeyboard = false; });

  // The list beside the map and the markers point at each other.
  const lit = "is-lit";
  /** @type {Element[]} */
  let marked = [];
  const clear = () => { for (const element of marked) element.classList.remove(lit); marked = []; };
  const point = (/** @type {Event} */ event) => {
    const source = /** @type {Element} */ (event.target).closest?.("[data-hit]");
    clear();
    if (!(source instanceof HTMLElement) || !source.dataset.hit) return;
    marked = container.contains(source)
      ? [...document.querySelectorAll(`[data-hit="${CSS.escape(source.dataset.hit)}"]`)].filter((e) => !container.contains(e))
      : (byNumber.get(Number(source.dataset.hit)) || []).map(elementOf).filter(Boolean);
    for (const element of marked) element.classList.add(lit);
  };
  for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, point);

  // On our own outlines a place is told by the province and the cantons around it.
  const closest = options.tiles ? CLOSEST : options.features ? CLOSEST_SMALL : CLOSEST_OUTLINES;

  /** Put points on the map and show them all. */
  function show(/** @type {any} */ data) {
    const markers = L.geoJSON(data, { pointToLayer: pin }).getLayers();
    for (const marker of markers) {
      const { n } = marker.feature.properties;
      if (!byNumber.has(n)) byNumber.set(n, []);
      byNumber.get(n)?.push(marker);
    }
    if (markers.length) map.fitBounds(L.latLngBounds(markers.map((/** @type {any} */ m) => m.getLatLng())), { padding: [28, 28], maxZoom: closest, animate: false });
    group.addLayers(markers);
    map.addLayer(group);
    if (options.features) return;
    const missing = data.zonder_punt || 0;
    status.textContent = (markers.length ? TEXT.total(markers.length) : TEXT.none) + (missing && markers.length ? TEXT.missing(missing) : "");
    container.dataset.ready = "true";
  }

  async function load(/** @type {string} */ url) {
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(String(response.status));
      show(await response.json());
    } catch {
      failed.hidden = false;
    }
  }

  const backdrop = () => options.backdrop && drawOutlines(map, options.backdrop, PROVINCE, (soort) => !options.borders || soort === PROVINCE).catch(() => {});
  if (!options.tiles) backdrop();
  else map.eachLayer((/** @type {any} */ layer) => { if (layer instanceof L.TileLayer) layer.once("tileerror", backdrop); });
  if (options.borders) drawOutlines(map, options.borders, "gemeente").catch(() => {});

  if (options.counts) {
    const markers = options.counts.map(number);
    map.fitBounds(L.latLngBounds(options.counts.map(({ p }) => p)), { padding: [28, 28], maxZoom: closest, animate: false });
    for (const marker of markers) marker.addTo(map);
    status.textContent = TEXT.empty(options.counts.filter(({ n }) => !n).length, markers.length);
    container.dataset.ready = "true";
  } else if (options.features) show(options.features);
  else if (options.points) load(options.points);
}

/** @type {any} */ (window).catalogueMap = catalogueMap;
