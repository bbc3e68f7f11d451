// The controls above the strip: real selects and buttons, each with a name that is read aloud.

import { PAPERS } from "./paper.js";

export const ZOOMS = [3, 4, 5, 6];

/** Build the controls. `change(options)` is called with what the person chose. */
export function makeToolbar(payload, change) {
  const bar = element("div", { class: "ecg-toolbar", role: "group", "aria-label": "ECG display" });
  const layouts = Object.entries(payload.layouts).map(([value, plan]) => [value, plan.label]);
  const controls = {
    layout: select("Layout", layouts, (v) => change({ layout: v })),
    rhythmLead: select("Rhythm strip", payload.leads.map((l) => [l.name, l.name]), (v) => change({ rhythmLead: v })),
    speed: select("Speed", payload.speeds.map((s) => [String(s), `${s} mm/s`]), (v) => change({ speed: Number(v) })),
    gain: select("Gain", payload.gains.map((g) => [String(g), `${g} mm/mV`]), (v) => change({ gain: Number(v) })),
    pxPerMm: select("Zoom", ZOOMS.map((z) => [String(z), `${z} px/mm`]), (v) => change({ pxPerMm: Number(v) })),
    paper: select("Paper", Object.entries(PAPERS).map(([k, p]) => [k, p.label]), (v) => change({ paper: v })),
  };
  const waves = toggle("Waves", "Show P, QRS and T of every beat (W)", (on) => change({ waves: on }));
  const caliper = toggle("Caliper", "Measure between two points (C)", (on) => change({ caliper: on }));
  if (payload.beats.length === 0) {
    waves.disabled = true;
    waves.title = "No beats were measured";
  }
  bar.append(...Object.values(controls).map((c) => c.label), waves, caliper);
  return {
    bar,
    /** Make the controls show these options. */
    show(options, sheet) {
      for (const [name, control] of Object.entries(controls)) control.select.value = String(options[name]);
      controls.rhythmLead.label.hidden = !sheet.hasRhythm;
      waves.setAttribute("aria-pressed", String(options.waves));
      caliper.setAttribute("aria-pressed", String(options.caliper));
    },
  };
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function select(name, choices, onChange) {
  const made = element("select");
  for (const [value, text] of choices) made.append(element("option", { value }, text));
  made.addEventListener("change", () => onChange(made.value));
  return { select: made, label: element("label", { class: "ecg-control" }, element("span", {}, name), made) };
}

function toggle(name, title, onChange) {
  const made = element("button", { type: "button", class: "ecg-toggle", "aria-pressed": "false", title }, name);
  made.addEventListener("click", () => onChange(made.getAttribute("aria-pressed") !== "true"));
  return made;
}
