// The Read page: one recording, its strip and numbers, and the conversation about it. The address names both, so that
// a reload, a bookmark or the history opens them again from the log.
import { get } from "./api.js";
import { Chat } from "./chat.js";
import { Context } from "./context.js";
import { fill, h, isTyping, part } from "./dom.js";
import { showFacts } from "./facts.js";
import { startHeader } from "./header.js";
import { MedianBeat } from "./median.js";
import { Opener } from "./open.js";
import { StripBox } from "./strip-box.js";

const AUDIENCE = "ecg_chat.audience";
const KEYS = [
  ["/", "write a question"],
  ["Enter", "ask (Shift Enter: new line)"],
  ["Esc", "stop the answer; clear the marks"],
  ["R", "regenerate the last answer"],
  ["← →", "versions of the last answer"],
  ["1 2 3", "layouts 3×4, 6×2, 12×1"],
  ["W", "waves"],
  ["C", "caliper"],
  ["Tab ← →", "median beat: move a boundary by 2 ms (Shift: 10 ms)"],
  ["?", "this list"],
];

export function start(root) {
  new ReadPage(root);
}

class ReadPage {
  constructor(root) {
    this.root = root;
    this.main = part(root, "main");
    this.reading = null;
    this.refreshModel = startHeader(root, KEYS);
    this.strip = new StripBox(root);
    this.chat = new Chat(root, {
      cite: (place) => this.strip.light([place]),
      answered: () => this.refreshModel(),
      moved: (conversation, quietly) => this.moveTo(conversation, quietly),
    });
    this.median = new MedianBeat(root, { paper: () => this.strip.strip?.options, light: (key) => this.lightMeasure(key), corrected: (reading) => this.corrected(reading) });
    this.context = new Context(root, (reading) => this.contextSaved(reading));
    this.opener = new Opener(root, (reading) => this.opened(reading));
    this.audienceSwitch();
    this.expandSwitch();
    this.keys();
    document.addEventListener("ecg-model", (event) => this.modelSettled(event.detail));
    window.addEventListener("popstate", () => this.fromAddress());
    this.fromAddress();
  }

  audienceSwitch() {
    const box = part(this.root, "audience");
    box.classList.add("segmented");
    const stored = localStorage.getItem(AUDIENCE) === "patient" ? "patient" : "clinician";
    const option = (value) => h("label", {}, h("input", { type: "radio", name: "audience", value, checked: value === stored, onchange: () => this.switchAudience(value) }), value);
    fill(box, option("clinician"), option("patient"));
    box.hidden = false;
    this.setAudience(stored);
  }

  /** A conversation is held in one way of speaking, like its patient it does not change half way. */
  switchAudience(audience) {
    this.setAudience(audience);
    if (!this.chat.turns.length || this.chat.busy) return;
    this.chat.startNew();
    this.chat.say(`The next question begins a new conversation in words for a ${audience}.`);
  }

  /** On narrow screens the strip stays in sight with part of its height; this shows all of it. */
  expandSwitch() {
    const button = part(this.root, "expand");
    const area = part(this.root, "strip-area");
    button.addEventListener("click", () => {
      const expanded = area.classList.toggle("expanded");
      button.setAttribute("aria-expanded", String(expanded));
      button.textContent = expanded ? "Keep the strip in sight while reading" : "Show the whole strip";
    });
  }

  setAudience(audience) {
    this.audience = audience;
    for (const input of part(this.root, "audience").querySelectorAll("input")) input.checked = input.value === audience;
    localStorage.setItem(AUDIENCE, audience);
    this.chat.setAudience(audience);
    this.median.setEditable(audience === "clinician");
    part(this.root, "help-now").hidden = audience !== "patient";
    if (this.reading) this.drawFacts();
  }

  async fromAddress() {
    const query = new URLSearchParams(location.search);
    const recording = query.get("recording");
    if (!recording) {
      if (this.reading) location.reload(); // back to the page before anything was opened
      return;
    }
    const rest = new URLSearchParams();
    for (const name of ["conversation", "start"]) if (query.get(name)) rest.set(name, query.get(name));
    this.fromLog = true; // the address is there already; another entry would trap the back button
    await this.opener.work("Opening from the log …", () => get(`/api/recordings/${encodeURIComponent(recording)}?${rest}`));
  }

  opened(reading) {
    if (reading.conversation) this.setAudience(reading.conversation.audience);
    this.showReading(reading);
    this.chat.show(reading.recording.id, reading.window.start_s, reading.conversation, reading.conversations);
    this.context.show(reading.recording.id, reading.window.start_s, reading.context, reading.context_from_file);
    this.setAddress(reading.conversation?.id || "", this.fromLog);
    this.fromLog = false;
  }

  setAddress(conversation, replace = false) {
    const query = new URLSearchParams({ recording: this.reading.recording.id });
    if (conversation) query.set("conversation", conversation);
    else if (this.reading.window.start_s !== this.reading.window.best_s) query.set("start", this.reading.window.start_s);
    const address = `/?${query}`;
    if (address === location.pathname + location.search) return;
    if (replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  }

  async moveTo(conversation, quietly = false) {
    if (quietly || !conversation) {
      this.setAddress(conversation, true);
      return;
    }
    const { id } = this.reading.recording;
    await this.opener.work("Opening the conversation …", () => get(`/api/recordings/${id}?conversation=${encodeURIComponent(conversation)}`));
  }

  showReading(reading) {
    this.reading = reading;
    this.main.dataset.state = "open";
    part(this.root, "welcome").hidden = true;
    for (const name of ["strip-area", "chat", "panels"]) part(this.root, name).hidden = false;
    this.drawName();
    this.drawFacts();
    if (reading.strip) this.strip.show(reading.strip);
    this.median.show(reading);
  }

  lightMeasure(key) {
    this.strip.light(this.reading.summary.find((number) => number.key === key)?.places ?? []);
  }

  /** Every number follows a boundary that was moved; answers that were given keep the numbers they were given. */
  corrected(reading) {
    const { conversation, conversations } = this.reading;
    this.showReading({ ...reading, conversation, conversations });
    if (this.chat.turns.length) this.chat.say("A boundary was moved: from the next question on, answers are given the new numbers.");
  }

  /** A conversation keeps the patient it was begun with, so that each of its answers can be understood later. */
  contextSaved(reading) {
    this.showReading(reading);
    if (!this.chat.turns.length) return;
    this.chat.startNew();
    this.chat.say("The patient changed: the next question begins a new conversation.");
  }

  drawFacts() {
    showFacts(this.root, { ...this.reading, audience: this.audience }, (places) => this.strip.light(places));
  }

  drawName() {
    const { recording, window: shown } = this.reading;
    const words = [recording.format, `${recording.fs_hz} Hz`, `${recording.leads.length} lead${recording.leads.length === 1 ? "" : "s"}`, recording.start].filter(Boolean).join(" · ");
    const parts = [h("b", { title: recording.name }, recording.name), h("span", { class: "small" }, words)];
    if (shown.starts.length > 1) parts.push(this.windowPicker(shown));
    fill(part(this.root, "recording-name"), ...parts);
  }

  /** Recordings longer than 10 s are read in a window; the cleanest one comes first. */
  windowPicker(shown) {
    const label = (start) => `${start.toFixed(1)}–${Math.min(start + shown.duration_s, shown.total_s).toFixed(1)} s${start === shown.best_s ? " (cleanest)" : ""}`;
    const select = h("select", { "data-part": "window", "aria-label": "10-second window" }, ...shown.starts.map((start) => h("option", { value: start, selected: start === shown.start_s }, label(start))));
    select.addEventListener("change", () => {
      const { id } = this.reading.recording;
      this.opener.work("Measuring this window …", () => get(`/api/recordings/${id}?start=${select.value}&conversation=`));
    });
    return h("label", { class: "small" }, "Window ", select);
  }

  /** When the model arrives after the recording was opened, the network's findings are fetched. */
  async modelSettled(status) {
    if (status.state === "missing") this.chat.fail(`${status.problem} The strip and its measurements work without it.`);
    if (status.state === "loading" || this.reading?.network !== "loading") return;
    const { recording, window: shown } = this.reading;
    const reading = await get(`/api/recordings/${recording.id}?start=${shown.start_s}&strip=0`).catch(() => null);
    if (reading && this.reading.recording.id === recording.id) this.showReading({ ...this.reading, ...reading, strip: null, conversation: this.reading.conversation });
  }

  keys() {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        if (this.chat.busy) this.chat.stop();
        else if (isTyping(event)) event.target.blur();
        else this.strip.light([]);
        return;
      }
      const open = document.querySelector("dialog[open]");
      if (open || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !this.reading) return;
      if (this.shortcut(event)) event.preventDefault();
    });
  }

  shortcut(event) {
    const key = event.key.toLowerCase();
    if (key === "/") part(this.root, "question").focus();
    else if (key === "r") this.chat.regenerate();
    else if (key === "arrowleft") this.chat.moveVersion(-1);
    else if (key === "arrowright") this.chat.moveVersion(1);
    else if (/^[123]$/.test(key)) this.strip.layout(Number(key) - 1);
    else if (key === "w") this.strip.toggleWaves();
    else if (key === "c") this.strip.toggleCaliper();
    else return false;
    return true;
  }
}
