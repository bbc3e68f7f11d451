// The median beat with its global boundaries: look at it, move a boundary, and every number of the page follows. What a
// person moves is signed with the name under which they rate on the review page, and logged.
import { get, send } from "./api.js";
import { fill, h, part } from "./dom.js";
import { Handles, intervals, ORDER, STEP_MS } from "./median/boundaries.js";
import { drawBeat, geometry, leadAt, standOut } from "./median/plot.js";

const WHO = "ecg_chat.rater";
const ZOOMS = [2, 4];
const BESIDE = "(min-width: 1360px)"; // there is room for it below the strip, with the conversation beside it
const HIGHEST_PX = 640; // a beat that is higher at four times is shown at twice
const NEW_WAVES = { // where the boundaries of a wave begin that nobody found, in ms from QRS start or end
  p: { label: "Mark a P wave", at: { p_on_ms: ["qrs_on_ms", -160], p_off_ms: ["qrs_on_ms", -60] } },
  t: { label: "Mark the end of T", at: { t_off_ms: ["qrs_off_ms", 280] } },
};

export class MedianBeat {
  /** @param hooks {paper() → the strip's options, light(measure) on the strip, corrected(reading)} */
  constructor(root, hooks) {
    this.hooks = hooks;
    this.box = part(root, "median-box");
    this.element = part(root, "median");
    this.data = null;
    this.chosen = null;
    this.zoom = null;
    this.key = "";
    this.editable = true;
    this.build();
    root.addEventListener("ecg-options", (event) => this.stripChanged(event.detail)); // it bubbles up from the strip
    this.box.open = window.matchMedia(BESIDE).matches;
    this.box.addEventListener("toggle", () => this.box.open && this.load());
  }

  build() {
    this.leads = h("div", { class: "median-leads", role: "group", "aria-label": "Lead that stands out" });
    this.zooms = h("div", { class: "segmented", role: "group", "aria-label": "Enlargement" });
    this.paper = h("div", { class: "median-paper", role: "region", "aria-label": "Median beat", tabindex: "0" });
    this.scale = h("p", { class: "small" });
    this.numbers = h("div", { class: "median-numbers" });
    this.bounds = h("table", { class: "median-bounds" });
    this.status = h("p", { class: "median-status", role: "status" });
    this.problem = h("p", { class: "problem", role: "alert" });
    this.actions = h("div", { class: "median-actions" });
    this.who = h("div", { class: "median-who" });
    this.history = h("ol", { class: "median-history", "aria-label": "Corrections, newest first" });
    this.side = h("div", { class: "median-side" }, this.numbers, this.bounds, this.status, this.problem, this.actions, this.who, this.history);
    this.parts = [
      h("div", { class: "median-bar" }, this.leads, this.zooms),
      h("div", { class: "median-main" }, h("div", { class: "median-left" }, this.paper, this.scale), this.side),
    ];
    this.paper.addEventListener("click", (event) => this.clicked(event));
  }

  /** Patients look; boundaries are moved by those who read ECGs. */
  setEditable(editable) {
    this.editable = editable;
    this.element.classList.toggle("read-only", !editable);
    if (this.data && !this.data.problem) this.draw(this.data);
  }

  /** Another recording or window, or the same one with other corrections. */
  show(reading) {
    const { recording, window: shown, corrections } = reading;
    this.corrections = corrections;
    const key = `${recording.id} ${shown.start_s} ${corrections[0]?.id ?? ""}`;
    if (key === this.key) return;
    Object.assign(this, { recording: recording.id, start: shown.start_s, key, data: null, pending: null });
    if (this.box.open) this.load();
  }

  async load() {
    if (this.data || !this.recording) return;
    const { key } = this;
    try {
      const data = await get(`/api/recordings/${this.recording}/median?start=${this.start}`);
      if (key === this.key) this.draw(data);
    } catch (problem) {
      fill(this.element, h("p", { class: "problem", role: "alert" }, problem.message));
    }
  }

  draw(data) {
    this.data = data;
    if (data.problem) {
      fill(this.element, h("p", {}, `There is no median beat: ${data.problem}.`));
      return;
    }
    if (this.element.firstChild !== this.parts[0]) fill(this.element, ...this.parts);
    if (!data.leads.some((lead) => lead.name === this.chosen)) this.chosen = null;
    this.drawPlot();
    this.drawBars();
    this.drawBounds();
    this.tell();
    this.drawWho();
    fill(this.history, ...this.corrections.map((item) => h("li", { class: item.in_force ? "in-force" : "" }, item.text, item.comment ? h("q", {}, item.comment) : null)));
  }

  drawPlot() {
    const focused = document.activeElement?.dataset?.boundary;
    const strip = this.hooks.paper() ?? { pxPerMm: 4, paper: "rose" };
    const options = { pxPerMm: strip.pxPerMm, paper: strip.paper, zoom: this.zoomFor(strip.pxPerMm) };
    this.options = options;
    this.drawn = drawBeat(this.data, options);
    this.handles = new Handles(this.drawn, this.data, {
      moved: (name) => {
        this.last = name;
        this.tell();
      },
      dropped: () => this.dropped(),
      reverted: () => this.reverted(),
    });
    fill(this.paper, this.drawn.root);
    if (!this.editable) this.handles.freeze();
    standOut(this.drawn, this.data, this.chosen);
    this.scale.textContent = `25 mm/s · 10 mm/mV, ${options.zoom} times as large as the strip; a small square is 40\u00a0ms by 0.1\u00a0mV. Each lead is drawn from its own level just before QRS.`;
    if (focused) this.handles.focus(focused);
  }

  /** Paper and scale are the strip's; what is being moved is not disturbed. */
  stripChanged({ paper, pxPerMm }) {
    if (!this.data || this.data.problem || Object.keys(this.moved()).length) return;
    if (paper === this.options.paper && pxPerMm === this.options.pxPerMm) return;
    this.drawPlot();
    this.tell();
  }

  zoomFor(pxPerMm) {
    if (this.zoom) return this.zoom;
    const fits = (zoom) => geometry(this.data, { pxPerMm, zoom }).height <= HIGHEST_PX;
    const wide = geometry(this.data, { pxPerMm, zoom: ZOOMS[1] }).width <= this.element.clientWidth;
    return wide && fits(ZOOMS[1]) ? ZOOMS[1] : ZOOMS[0];
  }

  drawBars() {
    const chip = (lead) => h("button", { type: "button", class: "chip", "aria-pressed": String(lead.name === this.chosen), title: lead.noise_mv === null ? "" : `noise ${Math.round(lead.noise_mv * 1000)} µV`, onclick: () => this.choose(lead.name), onmouseenter: () => standOut(this.drawn, this.data, lead.name), onmouseleave: () => standOut(this.drawn, this.data, this.chosen) }, lead.name);
    const out = this.data.left_out.map((item) => h("span", { class: "chip out", title: `left out: ${item.reason}` }, h("s", {}, item.lead), ` ${item.reason}`));
    fill(this.leads, ...this.data.leads.map(chip), ...out);
    const option = (zoom) => h("label", {}, h("input", { type: "radio", name: "median-zoom", value: zoom, checked: zoom === this.options.zoom, onchange: () => this.enlarge(zoom) }), `×${zoom}`);
    fill(this.zooms, ...ZOOMS.map(option));
  }

  choose(lead) {
    this.chosen = lead === this.chosen ? null : lead;
    for (const chip of this.leads.querySelectorAll("button")) chip.setAttribute("aria-pressed", String(chip.textContent === this.chosen));
    standOut(this.drawn, this.data, this.chosen);
  }

  enlarge(zoom) {
    this.zoom = zoom;
    this.drawPlot();
  }

  clicked(event) {
    if (!this.drawn || event.target.closest(".median-handle")) return;
    const box = this.drawn.root.getBoundingClientRect();
    const lead = leadAt(this.drawn, this.data, event.clientX - box.left, event.clientY - box.top);
    if (lead || this.chosen) this.choose(lead ?? this.chosen);
  }

  /** Where each boundary lies, with buttons for those who have neither mouse nor keyboard at hand. */
  drawBounds() {
    this.cells = new Map();
    const nudge = (name, by) => h("button", { type: "button", class: "nudge", "aria-label": `${this.data.labels[name]} ${Math.abs(by)} ms ${by < 0 ? "earlier" : "later"}`, onclick: () => this.handles.move(name, this.handles.at[name] + by) }, by < 0 ? "−" : "+");
    const rows = ORDER.filter((name) => this.data.boundaries[name] !== null).map((name) => {
      const cell = h("td", {});
      this.cells.set(name, cell);
      return h("tr", {}, h("th", { scope: "row" }, this.data.labels[name]), h("td", { class: "nudges" }, nudge(name, -STEP_MS), nudge(name, STEP_MS)), cell);
    });
    fill(this.bounds, h("caption", { class: "small" }, `ms from R · median of ${this.data.n_beats} of ${this.data.n_all} beats`), h("tbody", {}, ...rows));
  }

  /** The intervals as the boundaries lie now, and what is to be done with what was moved. */
  tell() {
    const { data } = this;
    const at = this.handles.at;
    const moved = this.moved();
    const dirty = Object.keys(moved).length > 0;
    fill(this.numbers, ...intervals(at).map(([label, ms, ends]) => {
      const byHand = ends.some((name) => data.by_hand[name] !== null || name in moved);
      return h("button", { type: "button", class: ms === null ? "number missing" : "number", title: "show it on the strip", onclick: () => this.hooks.light(`${label.toLowerCase()}_ms`) }, h("span", { class: "label" }, label), h("b", {}, ms === null ? "–" : String(Math.round(ms))), ms === null ? null : h("span", { class: "unit" }, "ms"), byHand ? h("span", { class: "by-hand", title: "set by hand" }, "✎") : null);
    }));
    for (const [name, cell] of this.cells) {
      const was = data.found[name];
      const away = was !== null && Math.round(at[name]) !== Math.round(was);
      fill(cell, whole(at[name]), away ? h("span", { class: "small" }, ` found at ${whole(was)}`) : null);
    }
    this.status.textContent = dirty ? "Moved, not saved yet (Enter saves, Esc puts it back)." : "";
    const asked = Boolean(this.pending); // the form that asks for the name has the same two buttons
    const finish = dirty && !asked ? [h("button", { type: "button", class: "button primary", onclick: () => this.dropped() }, "Save"), h("button", { type: "button", class: "button", onclick: () => this.putBack() }, "Put it back")] : [];
    const buttons = dirty ? finish : Object.entries(data.missing).flatMap(([wave, reason]) => [
      h("p", { class: "small" }, `${wave.toUpperCase()}: ${reason}.`),
      h("button", { type: "button", class: "button", onclick: () => this.markNew(wave) }, NEW_WAVES[wave].label),
    ]);
    if (!dirty && ORDER.some((name) => data.by_hand[name] !== null)) buttons.push(h("button", { type: "button", class: "button", "data-part": "as-measured", onclick: () => this.save({}) }, "Back to as measured"));
    fill(this.actions, ...buttons);
  }

  /** Boundaries that lie elsewhere than the server has them. */
  moved() {
    const { at } = this.handles;
    return Object.fromEntries(ORDER.filter((name) => at[name] !== null && at[name] !== this.data.boundaries[name]).map((name) => [name, at[name]]));
  }

  reverted() {
    this.pending = null;
    this.problem.textContent = "";
    this.tell();
    this.drawWho();
  }

  dropped() {
    const moved = this.moved();
    if (!Object.keys(moved).length || this.handles.locked) return;
    const boundaries = { ...kept(this.data.by_hand), ...moved };
    if (this.pending) this.pending = boundaries; // the form that asks for the name is open already
    else this.save(boundaries);
  }

  markNew(wave) {
    const { boundaries } = this.data;
    const at = Object.fromEntries(Object.entries(NEW_WAVES[wave].at).map(([name, [from, by]]) => [name, boundaries[from] + by]));
    this.save({ ...kept(this.data.by_hand), ...at });
  }

  /** Log what is set by hand from now on ({}: as measured) and show what follows; without a name, ask for it first. */
  async save(boundaries) {
    const who = localStorage.getItem(WHO) || "";
    if (!who) {
      this.pending = boundaries;
      this.tell();
      this.drawWho();
      this.who.querySelector("input").focus();
      return;
    }
    const { key } = this;
    this.pending = null;
    this.problem.textContent = "";
    this.status.textContent = "Measuring with the new boundaries …";
    this.handles.lock(true);
    try {
      const comment = this.who.querySelector("[name=comment]")?.value ?? "";
      const answer = await send("POST", `/api/recordings/${this.recording}/corrections`, { start_s: this.start, boundaries, who, comment, based_on: this.data.based_on });
      if (key !== this.key) return; // another recording was opened meanwhile
      this.corrections = answer.reading.corrections;
      this.key = `${this.recording} ${this.start} ${this.corrections[0]?.id ?? ""}`;
      this.draw(answer.median);
      this.hooks.corrected(answer.reading);
      this.status.textContent = "Saved and measured again.";
      if (document.activeElement === document.body) this.handles.focus(this.last);
    } catch (problem) {
      if (key !== this.key) return;
      this.draw(this.data);
      this.problem.textContent = problem.message;
    }
  }

  drawWho() {
    const who = localStorage.getItem(WHO) || "";
    if (!this.editable) {
      fill(this.who, h("p", { class: "small" }, "Boundaries can be moved in the clinician's view."));
      return;
    }
    if (!who && !this.pending) {
      fill(this.who, h("p", { class: "small" }, "Drag a line, or give it the focus and use the arrow keys (Shift: 10 ms). What you move is logged with your name."));
      return;
    }
    if (who) {
      const comment = h("input", { type: "text", name: "comment", maxlength: "1000", placeholder: "why (optional, goes with the next change)", "aria-label": "Comment on the next change" });
      fill(this.who, h("p", { class: "small" }, "Changes are signed by ", h("b", {}, who), " ", h("button", { type: "button", class: "link-button", onclick: () => this.changeName() }, "change")), comment);
      return;
    }
    const name = h("input", { type: "text", name: "who", autocomplete: "name", maxlength: "80", required: true, "aria-label": "Your name, as it stands with the correction" });
    const form = h("form", { class: "median-name-form" }, h("label", { class: "field" }, h("span", {}, "Your name, as it stands with the correction"), name), h("button", { type: "submit", class: "button primary" }, "Save"), h("button", { type: "button", class: "button", onclick: () => this.putBack() }, "Put it back"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!name.value.trim()) return;
      localStorage.setItem(WHO, name.value.trim());
      this.save(this.pending);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.putBack();
    });
    fill(this.who, form);
  }

  putBack() {
    this.handles.revert(null);
  }

  changeName() {
    localStorage.removeItem(WHO);
    this.drawWho();
  }
}

function kept(byHand) {
  return Object.fromEntries(Object.entries(byHand).filter(([, ms]) => ms !== null));
}

function whole(ms) {
  return `${Math.round(ms)}`.replace("-", "−");
}
