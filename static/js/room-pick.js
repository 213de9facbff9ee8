// @ts-check
/**
 * Search as you type over a list that stands in the page (a datalist): label, and the words that mean it.
 * A combobox as in suggest.js, but nothing is fetched and nothing is sent: choosing fills the box.
 */

/** @typedef {{value: string, label: string, words: string[], lat: number, lon: number}} Option */

const SHOWN = 8;

/** Text as people compare it: no case, accents or hyphens. @param {string} text */
export const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();

/** What can be chosen from a datalist. @param {string} id @returns {Option[]} */
export function optionsOf(id) {
  return [...document.querySelectorAll(`#${id} option`)].map((element) => {
    const option = /** @type {HTMLOptionElement} */ (element);
    return {
      value: option.value,
      label: option.getAttribute("label") || option.value,
      words: (option.dataset.words || "").split(", ").filter(Boolean),
      lat: Number(option.dataset.lat),
      lon: Number(option.dataset.lon),
    };
  });
}

/** How well a text means something: the same, its beginning, a part of it, or not at all. @param {string} text @param {string} sought */
const fit = (text, sought) => (text === sought ? 0 : text.startsWith(sought) ? 2 : text.includes(sought) ? 4 : 9);

/** Options that a text means, the best first, each with the word by which it was found. @param {Option[]} options @param {string} text */
function matching(options, text) {
  const sought = folded(text);
  const found = [];
  for (const option of options) {
    let rank = fit(folded(option.label), sought);
    let word = "";
    for (const one of option.words) {
      // A label before a word that fits as well.
      const other = fit(folded(one), sought) + 1;
      if (other < rank) [rank, word] = [other, one];
    }
    if (rank < 9) found.push({ option, rank, word });
  }
  return found.sort((a, b) => a.rank - b.rank).slice(0, SHOWN);
}

export class Pick {
  /**
   * @param {HTMLInputElement} input
   * @param {Option[]} options
   * @param {(option: Option) => void} chosen what to do besides filling the box
   * @param {boolean} keeps whether the box keeps what was chosen
   */
  constructor(input, options, chosen = () => {}, keeps = true) {
    this.input = input;
    this.options = options;
    this.chosen = chosen;
    this.keeps = keeps;
    /** @type {Option[]} */
    this.items = [];
    this.active = -1;
    input.removeAttribute("list");
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-lijst`;
    this.list.className = "suggest";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggesties");
    // Keeps the focus in the box, so that a click comes before blur closes the list.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target instanceof Element && event.target.closest("[role=option]");
      if (item) this.choose([...this.list.children].indexOf(item));
    });
    this.status = document.createElement("span");
    this.status.className = "vh";
    this.status.setAttribute("role", "status");
    input.after(this.list, this.status);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.open());
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.show(false));
  }

  open() {
    const found = this.input.value.trim() ? matching(this.options, this.input.value) : [];
    this.items = found.map(({ option }) => option);
    this.active = -1;
    this.list.replaceChildren(...found.map(({ option, word }, place) => {
      const element = document.createElement("li");
      element.id = `${this.list.id}-${place}`;
      element.className = "suggest__item";
      element.setAttribute("role", "option");
      element.setAttribute("aria-selected", "false");
      const label = document.createElement("span");
      label.textContent = option.label;
      element.append(label);
      if (word) {
        const kind = document.createElement("span");
        kind.className = "suggest__kind";
        kind.textContent = word;
        element.append(" ", kind);
      }
      return element;
    }));
    this.show(found.length > 0);
    this.status.textContent = found.length ? `${found.length} ${found.length === 1 ? "suggestie" : "suggesties"}` : "Geen suggesties";
  }

  /** @param {boolean} visible */
  show(visible) {
    this.list.hidden = !visible;
    this.input.setAttribute("aria-expanded", String(visible));
    if (!visible) this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} place */
  mark(place) {
    const options = [...this.list.children];
    this.active = (place + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    this.input.setAttribute("aria-activedescendant", options[this.active].id);
    options[this.active].scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.altKey) {
      if (!isOpen) {
        if (event.key === "ArrowDown") this.open();
        return;
      }
      event.preventDefault();
      this.mark(this.active < 0 && event.key === "ArrowUp" ? -1 : this.active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && (isOpen || !this.keeps)) {
      // In an open list it chooses; it never sends a half-filled form.
      event.preventDefault();
      if (isOpen) this.choose(Math.max(0, this.active));
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.show(false);
    }
  }

  /** @param {number} place */
  choose(place) {
    const option = this.items[place];
    this.show(false);
    this.status.textContent = `${option.label} gekozen`;
    this.input.value = this.keeps ? option.value : "";
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.chosen(option);
  }
}
