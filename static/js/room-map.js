// @ts-check
/**
 * Two small maps of the form of an entry: one on which a point is put by hand, one on which gemeenten are picked.
 * Both are made when they are first opened. What they show, the fields beside them say too.
 */

import { drawOutlines } from "./map.js";

const L = /** @type {any} */ (window).L;
// As on the map of the catalogue: the middle of the region.
const CENTRE = /** @type {[number, number]} */ ([50.92, 2.88]);
const [FAR, ZOOM, NEAR] = [9, 10, 13];
const DECIMALS = 5;
const PIN = 26;
const HELP = "Schuif met de pijltjestoetsen, zoom met plus en min.";

/** An empty map on the ground that the site is set up with. @param {HTMLElement} element @param {DOMStringMap} ground @param {string} label */
function made(element, ground, label) {
  const map = L.map(element, { center: CENTRE, zoom: ZOOM, minZoom: 6, maxZoom: 18, scrollWheelZoom: false, attributionControl: false, zoomControl: false, zoomSnap: ground.tiles ? 1 : 0.5 });
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", `${label}. ${HELP}`);
  L.control.zoom({ zoomInTitle: "Inzoomen", zoomOutTitle: "Uitzoomen" }).addTo(map);
  if (ground.tiles) {
    L.tileLayer(ground.tiles, { maxZoom: 18 }).addTo(map);
    L.control.attribution({ prefix: false }).addAttribution(ground.credit || "").addTo(map);
  } else if (ground.backdrop) {
    drawOutlines(map, ground.backdrop, "provincie").catch(() => {});
  }
  if (ground.borders) drawOutlines(map, ground.borders, "gemeente").catch(() => {});
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(element);
  return map;
}

/** A number as people type it. @param {string} text */
const number = (text) => (text.trim() ? Number(text.replace(",", ".")) : NaN);

/**
 * A point that is dragged, or put where somebody clicks; it and its two fields say the same.
 * @param {HTMLElement} element
 * @param {DOMStringMap} ground
 * @param {HTMLInputElement} lat
 * @param {HTMLInputElement} lon
 * @param {() => {lat: number, lon: number} | undefined} fallback where to look while there is no point
 */
export function pointMap(element, ground, lat, lon, fallback) {
  const map = made(element, ground, "Kaart om het punt van de vestiging te zetten");
  /** @type {any} */
  let marker = null;
  const show = (/** @type {any} */ place) => {
    if (marker) {
      marker.setLatLng(place);
      return;
    }
    marker = L.marker(place, { draggable: true, keyboard: false, icon: L.divIcon({ className: "pin", iconSize: [PIN, PIN], html: "" }) }).addTo(map);
    marker.getElement().setAttribute("role", "img");
    marker.getElement().setAttribute("aria-label", "Punt van de vestiging");
    marker.on("dragend", () => write(marker.getLatLng()));
  };
  const write = (/** @type {any} */ place) => {
    lat.value = place.lat.toFixed(DECIMALS);
    lon.value = place.lng.toFixed(DECIMALS);
    lat.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const read = () => {
    const place = [number(lat.value), number(lon.value)];
    if (place.every(Number.isFinite)) show(place);
    else if (marker) {
      marker.remove();
      marker = null;
    }
  };
  map.on("click", (/** @type {any} */ event) => {
    show(event.latlng);
    write(event.latlng);
  });
  for (const field of [lat, lon]) field.addEventListener("change", () => { read(); if (marker) map.panTo(marker.getLatLng()); });
  read();
  const near = marker ? undefined : fallback();
  if (marker) map.setView(marker.getLatLng(), ground.tiles ? NEAR : ZOOM);
  else if (near) map.setView([near.lat, near.lon], ZOOM);
}

/**
 * All gemeenten as dots; a click takes one in or leaves it out.
 * @param {HTMLElement} element
 * @param {DOMStringMap} ground
 * @param {import("./room-pick.js").Option[]} gemeenten
 * @param {(value: string) => boolean} isChosen
 * @param {(value: string) => void} toggle
 * @returns {() => void} to be called when what is chosen changed
 */
export function areaMap(element, ground, gemeenten, isChosen, toggle) {
  const map = made(element, ground, "Kaart om gemeenten te kiezen");
  const dots = gemeenten.map((one) => {
    const dot = L.circleMarker([one.lat, one.lon], { radius: 8, className: "dot" }).bindTooltip(one.label).addTo(map);
    dot.on("click", () => toggle(one.value));
    return { dot, value: one.value };
  });
  const refresh = () => {
    for (const { dot, value } of dots) dot.getElement()?.classList.toggle("dot--chosen", isChosen(value));
  };
  refresh();
  const chosen = dots.filter(({ value }) => isChosen(value)).map(({ dot }) => dot.getLatLng());
  if (chosen.length) map.fitBounds(L.latLngBounds(chosen), { padding: [40, 40], maxZoom: ZOOM, animate: false });
  else map.setView(CENTRE, FAR);
  return refresh;
}
