// The ECG strip of the page. Needs Plotly (plotly.min.js) on the page or in options.plotly; nothing else, no other host.
//
//   const strip = EcgStrip.mount(element, payload, options)   payload: ecg_chat.plotting.strip.strip_payload
//   strip.setOptions({layout, rhythmLead, speed, gain, pxPerMm, paper, waves, caliper})
//   strip.setPayload(payload)                 another recording, same settings where they still make sense
//   strip.highlight({lead, start_s, stop_s})  one span or several; lead null means all leads; returns how many places lit up
//   strip.clear()                             highlights and caliper points away
//   strip.caliper(true | false)
//   strip.destroy()
//
// Events on `element` (they bubble): "ecg-caliper" (detail: {ms, bpm, mv, lead, start_s, stop_s} or null),
// "ecg-options" (detail: the options in force), "ecg-drawn" (detail: {ms}). On window, once: "ecg-strip-ready".
// Keys while the strip has the focus: W waves, C caliper, arrows and Enter measure, Esc clears.

import { Caliper } from "./strip/caliper.js";
import { listenToPointer, moveByKey } from "./strip/hand.js";
import { drawHighlights, drawWaves, makeOverlay, sizeOverlay } from "./strip/overlay.js";
import { drawPaper, PAPERS } from "./strip/paper.js";
import { decodeSignals, layOut, placesOf } from "./strip/sheet.js";
import { element, makeToolbar, ZOOMS } from "./strip/toolbar.js";

const STYLE = new URL("./strip.css", import.meta.url).href;
const NARROW_PX = 760;
const mounted = new WeakMap();

class Strip {
  constructor(host, payload, options) {
    this.host = host;
    this.plotly = options.plotly ?? window.Plotly;
    if (!this.plotly) throw new Error("EcgStrip.mount: Plotly is not on the page; load plotly.min.js first");
    this.spans = [];
    this.lentRhythm = null; // a cited lead that the rhythm strip shows for the moment
    this.chosenZoom = Boolean(options.pxPerMm);
    this.options = {
      pxPerMm: 4, paper: "rose", waves: false, caliper: false, toolbar: true, ...options,
    };
    delete this.options.plotly;
    this.overlay = makeOverlay();
    this.caliperTool = new Caliper(this.overlay.groups.caliper, (reading, text) => this.showReading(reading, text));
    this.build();
    this.listen();
    this.setPayload(payload);
  }

  build() {
    this.plot = element("div", { class: "ecg-plot", role: "img" });
    this.sheetBox = element("div", { class: "ecg-sheet" }, this.plot, this.overlay.root);
    this.scroller = element("div", { class: "ecg-scroll", role: "region", tabindex: "0" }, this.sheetBox);
    this.output = element("output", { class: "ecg-output", "aria-live": "polite" });
    this.status = element("p", { class: "ecg-status", role: "status" });
    const words = element("div", { class: "ecg-words" }, this.output, this.status);
    this.root = element("div", { class: "ecg-strip" }, this.scroller, words);
    this.host.replaceChildren(this.root);
  }

  setPayload(payload) {
    this.payload = payload;
    this.signals = decodeSignals(payload);
    this.spans = [];
    this.lentRhythm = null;
    this.caliperTool.switch(Boolean(this.options.caliper));
    this.caliperTool.clear();
    const kept = this.options;
    this.options = {
      ...kept,
      layout: kept.layout in payload.layouts ? kept.layout : payload.layout,
      rhythmLead: this.signals.has(kept.rhythmLead) ? kept.rhythmLead : payload.rhythm_lead,
      speed: kept.speed ?? payload.speed_mm_s,
      gain: kept.gain ?? payload.gain_mm_mv,
    };
    this.toolbar?.bar.remove();
    this.toolbar = makeToolbar(payload, (change) => this.setOptions(change, true));
    if (this.options.toolbar) this.root.prepend(this.toolbar.bar);
    this.fitZoom();
    this.draw();
    return this;
  }

  /** The largest of 4 and 3 px/mm that fits the width; the page scrolls sideways where neither does. */
  fitZoom() {
    const available = this.scroller.clientWidth;
    if (this.chosenZoom || available === 0) return;
    const { widthMm } = layOut(this.payload, this.signals, this.options);
    this.options.pxPerMm = [4, 3].find((z) => widthMm * z <= available) ?? 4;
  }

  setOptions(change, byPerson = false) {
    const next = { ...this.options, ...change };
    this.check(next);
    if ("pxPerMm" in change) this.chosenZoom = true;
    if ("rhythmLead" in change) this.lentRhythm = null;
    this.options = next;
    if ("caliper" in change) this.caliperTool.switch(next.caliper);
    this.draw();
    if ("caliper" in change && next.caliper && byPerson) this.scroller.focus({ preventScroll: true });
    this.emit("ecg-options", { ...this.options });
    return this;
  }

  check(options) {
    const allowed = {
      layout: Object.keys(this.payload.layouts), rhythmLead: [...this.signals.keys()], speed: this.payload.speeds,
      gain: this.payload.gains, pxPerMm: ZOOMS, paper: Object.keys(PAPERS),
    };
    for (const [name, values] of Object.entries(allowed)) {
      if (!values.includes(options[name])) throw new RangeError(`${name} is ${options[name]}, expected one of ${values.join(", ")}`);
    }
  }

  draw() {
    const began = performance.now();
    const { options } = this;
    this.sheet = layOut(this.payload, this.signals, { ...options, rhythmLead: this.lentRhythm ?? options.rhythmLead });
    this.root.classList.toggle("ecg-dark-paper", PAPERS[options.paper].dark);
    this.sheetBox.style.width = `${this.sheet.widthMm * options.pxPerMm}px`;
    this.sheetBox.style.height = `${this.sheet.heightMm * options.pxPerMm}px`;
    this.sheetBox.classList.toggle("ecg-measuring", options.caliper);
    this.root.style.setProperty("--ecg-px-per-mm", options.pxPerMm);
    this.root.style.setProperty("--ecg-ground", PAPERS[options.paper].ground);
    this.toolbar.show(options, this.sheet);
    this.describe();
    sizeOverlay(this.overlay.root, this.sheet, options.pxPerMm);
    this.drawOverlay();
    this.drawn = Promise.resolve(drawPaper(this.plotly, this.plot, this.sheet, options)).then(() => {
      for (const svg of this.plot.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true");
      document.getElementById("js-plotly-tester")?.setAttribute("aria-hidden", "true"); // Plotly's ruler for text
      this.emit("ecg-drawn", { ms: performance.now() - began });
    });
  }

  drawOverlay() {
    const { waves, highlights } = this.overlay.groups;
    if (this.options.waves) drawWaves(waves, this.sheet, this.payload.beats);
    else waves.replaceChildren();
    drawHighlights(highlights, this.sheet, this.spans);
    this.caliperTool.setSheet(this.sheet, this.options.pxPerMm);
  }

  describe() {
    const { sheet } = this;
    this.plot.setAttribute("aria-label", `${this.payload.alt} Shown as ${sheet.label}, ${sheet.scaleText}; ${sheet.timeText}.`);
    this.scroller.setAttribute("aria-label", "ECG strip, scrolls sideways. W: waves, C: caliper, Escape: clear.");
  }

  highlight(spans) {
    const remarks = [];
    this.spans = (Array.isArray(spans) ? spans : [spans]).map((span) => this.checkSpan(span, remarks));
    const hidden = this.spans.find((span) => span.lead && placesOf(this.sheet, span).length === 0);
    const lent = hidden && this.sheet.hasRhythm ? hidden.lead : null;
    if (lent !== this.lentRhythm) {
      this.lentRhythm = lent;
      this.draw();
    }
    const places = drawHighlights(this.overlay.groups.highlights, this.sheet, this.spans);
    if (lent) remarks.push(`The rhythm strip now shows ${lent}: in this layout its column does not reach that second.`);
    this.say(remarks.join(" "));
    if (places.length > 0) this.reveal(places.find((p) => p.row.rhythm && lent) ?? places[0]);
    return places.length;
  }

  checkSpan({ lead = null, start_s: startS, stop_s: stopS }, remarks) {
    if (lead !== null && !this.signals.has(lead)) {
      remarks.push(`${lead} was not recorded; the time is marked on all leads.`);
      lead = null;
    }
    if (!Number.isFinite(startS) || !Number.isFinite(stopS)) throw new RangeError(`span is ${startS} to ${stopS}, expected seconds`);
    const within = (s) => Math.min(Math.max(s, 0), this.payload.duration_s);
    return { lead, start_s: within(Math.min(startS, stopS)), stop_s: within(Math.max(startS, stopS)) };
  }

  reveal({ row, xMm, widthMm }) {
    const scale = this.options.pxPerMm;
    const behavior = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    const left = (xMm + widthMm / 2) * scale - this.scroller.clientWidth / 2;
    const top = ((row.topMm + row.bottomMm) / 2) * scale - this.scroller.clientHeight / 2;
    this.scroller.scrollTo({ left, top, behavior });
    const box = this.scroller.getBoundingClientRect();
    if (box.bottom < 40 || box.top > window.innerHeight - 40) this.scroller.scrollIntoView({ block: "nearest", behavior });
  }

  clear() {
    this.spans = [];
    this.say("");
    this.caliperTool.clear();
    if (this.lentRhythm !== null) {
      this.lentRhythm = null;
      this.draw();
    }
    drawHighlights(this.overlay.groups.highlights, this.sheet, []);
    return this;
  }

  caliper(on) {
    return this.setOptions({ caliper: Boolean(on) });
  }

  listen() {
    listenToPointer(this);
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    this.resizing = new ResizeObserver(() => {
      this.root.classList.toggle("ecg-narrow", this.scroller.clientWidth < NARROW_PX);
      const before = this.options.pxPerMm;
      this.fitZoom();
      if (this.options.pxPerMm !== before) this.draw();
    });
    this.resizing.observe(this.scroller);
  }

  onKey(event) {
    if (event.altKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key === "escape") {
      if (this.options.caliper && this.caliperTool.empty && this.spans.length === 0) this.caliper(false);
      else this.clear();
    } else if (key === "w" && !event.ctrlKey && this.payload.beats.length > 0) this.setOptions({ waves: !this.options.waves });
    else if (key === "c" && !event.ctrlKey) this.caliper(!this.options.caliper);
    else if (!(this.options.caliper && moveByKey(this, event))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  showReading(reading, text) {
    this.output.textContent = text;
    this.emit("ecg-caliper", reading);
  }

  say(text) {
    this.status.textContent = text;
  }

  emit(name, detail) {
    this.host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  destroy() {
    this.resizing.disconnect();
    this.plotly.purge(this.plot);
    this.root.remove();
    mounted.delete(this.host);
  }
}

function loadStyle() {
  if (document.querySelector(`link[href="${STYLE}"]`)) return;
  document.head.append(element("link", { rel: "stylesheet", href: STYLE }));
}

/** Put a strip into `host`, replacing one that is there. */
export function mount(host, payload, options = {}) {
  loadStyle();
  mounted.get(host)?.destroy();
  const strip = new Strip(host, payload, options);
  mounted.set(host, strip);
  return strip;
}

/** The strip in `host`, or undefined. */
export function stripIn(host) {
  return mounted.get(host);
}

window.EcgStrip = { mount, stripIn };
window.dispatchEvent(new CustomEvent("ecg-strip-ready"));
