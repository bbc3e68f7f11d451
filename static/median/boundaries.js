// The five global boundaries: their order, the intervals between them, and the lines one takes hold of.
// Mouse, finger, keyboard: arrows 2 ms, with Shift 10 ms; Enter or leaving saves; Esc puts it back.

import { svgElement } from "../strip/overlay.js";

export const ORDER = ["p_on_ms", "p_off_ms", "qrs_on_ms", "qrs_off_ms", "t_off_ms"];
export const STEP_MS = 2; // the grid of the analysis: 500 samples a second
const BIG_STEP_MS = 10;
const LOOK = {
  p_on_ms: { wave: "p", up: true, toLeft: true },
  p_off_ms: { wave: "p", up: true, toLeft: false },
  qrs_on_ms: { wave: "qrs", up: false, toLeft: true },
  qrs_off_ms: { wave: "qrs", up: false, toLeft: false },
  t_off_ms: { wave: "t", up: true, toLeft: false },
};
const TAG_PX = 18;

/** The intervals that boundaries make, in ms: [name, ms or null]. */
export function intervals(at) {
  const between = (a, b) => (at[a] === null || at[b] === null ? null : at[b] - at[a]);
  return [
    ["P", between("p_on_ms", "p_off_ms"), ["p_on_ms", "p_off_ms"]],
    ["PR", between("p_on_ms", "qrs_on_ms"), ["p_on_ms", "qrs_on_ms"]],
    ["QRS", between("qrs_on_ms", "qrs_off_ms"), ["qrs_on_ms", "qrs_off_ms"]],
    ["QT", between("qrs_on_ms", "t_off_ms"), ["qrs_on_ms", "t_off_ms"]],
  ];
}

/** What a boundary decides, in words: "QRS 104 ms". */
export function decided(name, at) {
  return intervals(at).filter(([, ms, ends]) => ms !== null && ends.includes(name)).map(([label, ms]) => `${label} ${Math.round(ms)} ms`).join(" · ");
}

/** Keep a boundary between its neighbours and on the paper. */
export function within(name, ms, at, space) {
  const i = ORDER.indexOf(name);
  const before = ORDER.slice(0, i).map((other) => at[other]).filter((other) => other !== null);
  const after = ORDER.slice(i + 1).map((other) => at[other]).filter((other) => other !== null);
  return Math.min(Math.max(ms, before.length ? Math.max(...before) : -Infinity, space.first), after.length ? Math.min(...after) : Infinity, space.last);
}

export class Handles {
  /** @param hooks {moved(name, at), dropped(name), reverted()}: `at` are all boundaries as they lie now */
  constructor(drawn, data, hooks) {
    this.drawn = drawn;
    this.data = data;
    this.hooks = hooks;
    this.at = { ...data.boundaries };
    this.parts = new Map();
    for (const name of ORDER) if (this.at[name] !== null) this.add(name);
    this.bubble = svgElement("text", { class: "median-bubble", "aria-hidden": "true" }, "");
    drawn.root.append(this.bubble);
  }

  add(name) {
    const { space, handles } = this.drawn;
    const look = LOOK[name];
    const label = this.data.labels[name];
    const tag = this.data.by_hand[name] === null ? label : `✎ ${label}`;
    const width = tag.length * 6.6 + 12;
    const y = look.up ? 2 : space.bottom + 4;
    const x = look.toLeft ? -width : 0;
    const group = svgElement("g", { class: `median-handle median-${look.wave}${this.data.by_hand[name] === null ? "" : " by-hand"}`, tabindex: 0, role: "slider", "aria-label": label, "aria-orientation": "horizontal", "data-boundary": name });
    group.append(
      svgElement("title", {}, `${label}: drag, or arrow keys`),
      svgElement("rect", { class: "median-hit", x: -11, y: 0, width: 22, height: space.height }),
      svgElement("rect", { class: "median-hit", x, y: y - 4, width, height: TAG_PX + 8 }),
      svgElement("line", { x1: 0, x2: 0, y1: look.up ? 2 : space.top, y2: look.up ? space.bottom : space.height - 4 }),
      svgElement("rect", { class: "median-tag", x, y, width, height: TAG_PX, rx: 3 }),
      svgElement("text", { x: x + width / 2, y: y + 13 }, tag),
    );
    handles.append(group);
    this.parts.set(name, group);
    this.place(name);
    this.listen(name, group);
  }

  place(name) {
    const group = this.parts.get(name);
    const { space } = this.drawn;
    group.setAttribute("transform", `translate(${space.x(this.at[name]).toFixed(2)} 0)`);
    group.setAttribute("aria-valuemin", Math.round(space.first));
    group.setAttribute("aria-valuemax", Math.round(space.last));
    group.setAttribute("aria-valuenow", Math.round(this.at[name]));
    group.setAttribute("aria-valuetext", `${Math.round(this.at[name])} ms from R; ${decided(name, this.at)}`);
  }

  listen(name, group) {
    let held = null;
    group.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.locked) return;
      event.preventDefault();
      group.focus({ preventScroll: true });
      group.setPointerCapture(event.pointerId);
      held = { x: event.clientX, ms: this.at[name] };
      group.classList.add("held");
      this.tell(name);
    });
    group.addEventListener("pointermove", (event) => {
      if (!held) return;
      const ms = held.ms + (event.clientX - held.x) / this.drawn.space.perMs;
      this.move(name, Math.round(ms / STEP_MS) * STEP_MS);
    });
    const release = (keep) => {
      if (!held) return;
      held = null;
      group.classList.remove("held");
      if (keep) this.hooks.dropped(name);
      else this.revert(name);
    };
    group.addEventListener("pointerup", () => release(true));
    group.addEventListener("pointercancel", () => release(false));
    group.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && held) release(false);
      else if (!this.key(name, event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    group.addEventListener("focus", () => this.tell(name));
    group.addEventListener("blur", () => {
      this.bubble.textContent = "";
      if (!held) this.hooks.dropped(name);
    });
  }

  /** Returns whether the key was one of ours. */
  key(name, event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    const step = event.shiftKey ? BIG_STEP_MS : STEP_MS;
    const by = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step }[event.key];
    if (by !== undefined) {
      this.move(name, this.at[name] + by);
    } else if (event.key === "Escape") {
      this.revert(name);
    } else if (event.key === "Enter" || event.key === " ") {
      this.hooks.dropped(name);
    } else return false;
    return true;
  }

  move(name, ms) {
    if (this.locked) return;
    this.at[name] = within(name, ms, this.at, this.drawn.space);
    this.place(name);
    this.tell(name);
    this.hooks.moved(name, this.at);
  }

  revert(name) {
    this.at = { ...this.data.boundaries };
    for (const each of this.parts.keys()) this.place(each);
    if (name) this.tell(name);
    this.hooks.reverted();
  }

  /** The number that is being decided, beside the line. */
  tell(name) {
    const { space } = this.drawn;
    const x = space.x(this.at[name]);
    const leftHalf = x < space.width / 2;
    this.bubble.setAttribute("x", x + (leftHalf ? 8 : -8));
    this.bubble.setAttribute("y", space.top + 16);
    this.bubble.setAttribute("text-anchor", leftHalf ? "start" : "end");
    this.bubble.textContent = decided(name, this.at);
  }

  focus(name) {
    this.parts.get(name)?.focus({ preventScroll: true });
  }

  /** For looking only. */
  freeze() {
    this.locked = true;
    for (const group of this.parts.values()) {
      group.removeAttribute("tabindex");
      group.setAttribute("role", "img");
    }
  }

  /** While the server computes, nothing moves. */
  lock(locked) {
    this.locked = locked;
    this.drawn.root.classList.toggle("busy", locked);
  }
}
