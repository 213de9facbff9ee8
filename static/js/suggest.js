/**
 * Suggestions while typing: a combobox with a list (ARIA Authoring Practices, list autocomplete with manual
 * selection). Without script the box is a plain text box.
 */

/** @typedef {{soort: string, label: string, waarde: string, url: string}} Suggestion */

const WAIT_MS = 120;
// A list that belongs to an earlier text goes away when the next one takes longer than this.
const STALE_MS = 400;
const KINDS = { dienst: "dienst", organisatie: "organisatie", gemeente: "gemeente" };

class Combobox {
  /** @param {HTMLElement} field holds the input; data-suggest is the address, data-suggest-kind narrows */
  constructor(field) {
    this.field = field;
    this.input = /** @type {HTMLInputElement} */ (field.querySelector("input"));
    this.address = field.dataset.suggest || "";
    this.kind = field.dataset.suggestKind || "";
    /** @type {Suggestion[]} */
    this.items = [];
    this.active = -1;
    this.timer = 0;
    this.stale = 0;
    /** @type {AbortController | null} */
    this.running = null;
    this.list = this.makeList();
    this.status = this.makeStatus();
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
  }

  makeList() {
    const list = document.createElement("ul");
    list.id = `${this.input.id}-lijst`;
    list.className = "suggest";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggesties");
    // Keeps the focus in the box, so that a click on a suggestion comes before blur closes the list.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const item = event.target instanceof Element && event.target.closest("[role=option]");
      if (item) this.choose(this.items[[...list.children].indexOf(item)]);
    });
    this.field.append(list);
    return list;
  }

  makeStatus() {
    const status = document.createElement("span");
    status.className = "vh";
    status.setAttribute("role", "status");
    this.field.append(status);
    return status;
  }

  later() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.unmark();
    const text = this.input.value.trim();
    if (text.length < 2) {
      this.close();
      return;
    }
    this.stale ||= setTimeout(() => this.show(false), STALE_MS);
    this.timer = setTimeout(() => void this.ask(text), WAIT_MS);
  }

  /** @param {string} text */
  async ask(text) {
    const mine = (this.running = new AbortController());
    try {
      const response = await fetch(`${this.address}?q=${encodeURIComponent(text)}`, { signal: mine.signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const found = /** @type {Suggestion[]} */ ((await response.json()).items);
      if (mine.signal.aborted || document.activeElement !== this.input) return;
      this.open(found.filter((item) => !this.kind || item.soort === this.kind));
    } catch {
      // Suggestions are an extra: without them the box is a plain box.
      if (!mine.signal.aborted) this.close();
    }
  }

  /** @param {Suggestion[]} items */
  open(items) {
    this.forget();
    this.items = items;
    this.active = -1;
    this.list.replaceChildren(...items.map((item, place) => this.option(item, place)));
    this.show(items.length > 0);
    this.status.textContent = items.length
      ? `${items.length} ${items.length === 1 ? "suggestie" : "suggesties"}`
      : "Geen suggesties";
  }

  /**
   * @param {Suggestion} item
   * @param {number} place
   */
  option(item, place) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${place}`;
    option.className = "suggest__item";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const label = document.createElement("span");
    label.textContent = item.label;
    const kind = document.createElement("span");
    kind.className = "suggest__kind";
    kind.textContent = KINDS[item.soort] || item.soort;
    option.append(label, " ", kind);
    return option;
  }

  close() {
    this.forget();
    this.running?.abort();
    this.active = -1;
    this.show(false);
    this.status.textContent = "";
  }

  /** Nothing that was still to come comes any more. */
  forget() {
    clearTimeout(this.timer);
    clearTimeout(this.stale);
    this.stale = 0;
  }

  /** @param {boolean} visible */
  show(visible) {
    this.list.hidden = !visible;
    this.input.setAttribute("aria-expanded", String(visible));
    if (!visible) this.input.removeAttribute("aria-activedescendant");
  }

  /** Back in the box: none of the suggestions is chosen. */
  unmark() {
    this.active = -1;
    for (const option of this.list.children) option.setAttribute("aria-selected", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} place */
  mark(place) {
    const options = [...this.list.children];
    this.active = (place + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    const option = options[this.active];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const isOpen = !this.list.hidden;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!isOpen) {
        if (event.key === "ArrowDown") this.later();
        return;
      }
      if (event.altKey) {
        if (event.key === "ArrowUp") this.close();
        return;
      }
      event.preventDefault();
      const down = event.key === "ArrowDown";
      this.mark(this.active < 0 ? (down ? 0 : -1) : this.active + (down ? 1 : -1));
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault();
      this.choose(this.items[this.active]);
    } else if (event.key === "Enter") {
      this.close();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.close();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      // These move in the text, so that is where the reader is again.
      this.unmark();
    }
  }

  /**
   * An organisation is a page to go to. A service or a gemeente fills its box; then the form is sent as usual.
   * @param {Suggestion} item
   */
  choose(item) {
    this.close();
    if (item.soort === "organisatie") {
      location.assign(item.url);
      return;
    }
    const where = this.input.form?.elements.namedItem("waar");
    if (item.soort === "gemeente" && where instanceof HTMLInputElement && where !== this.input) {
      where.value = item.label;
      this.input.value = "";
    } else {
      this.input.value = item.label;
    }
    this.input.form?.requestSubmit();
  }
}

for (const field of document.querySelectorAll("[data-suggest]")) new Combobox(field);
