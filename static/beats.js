// The list of beats: each row lights its beat on the strip; a filter by kind.
import { fill, h } from "./dom.js";
import { rove } from "./roving.js";

const COLUMNS = [["time", "R at", "s"], ["kind", "Kind", ""], ["rr", "RR before", "ms"], ["p", "P seen", ""], ["pr", "PR", "ms"], ["qrs", "QRS", "ms"]];
let chosen = "all"; // stays when the numbers are drawn again

const ACROSS = ["premature", "paced"]; // asked across the kinds

function kindOf(beat) {
  return [beat.kind, ...ACROSS.filter((name) => beat[name])].join(", ");
}

export function showBeats(box, reading, light) {
  const { beats, beat_kinds: kinds } = reading;
  if (!beats.length) {
    fill(box, h("p", { class: "small" }, `No beats: ${reading.summary[0]?.hover.replace(/^Not measurable: /, "") || "none were found"}.`));
    return;
  }
  if (chosen !== "all" && !kinds.some((item) => item.kind === chosen)) chosen = "all";
  const again = (kind) => {
    chosen = kind;
    showBeats(box, reading, light);
    box.querySelector(`.chip[aria-pressed="true"]`)?.focus();
  };
  const chip = (kind, n) => h("button", { type: "button", class: "chip", "aria-pressed": String(kind === chosen), onclick: () => again(kind) }, `${kind} ${n}`);
  const shown = beats.filter((beat) => chosen === "all" || beat.kind === chosen || (ACROSS.includes(chosen) && beat[chosen]));
  const body = h("tbody", {}, ...shown.map((beat) => beatRow(beat, light)));
  const head = COLUMNS.map(([name, label, unit]) => h("th", { scope: "col", class: name }, label, h("span", { class: "unit" }, unit)));
  const table = h("table", { class: "matrix beats" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "No."), ...head)), body);
  rove(table, "th button");
  fill(box, h("div", { class: "chips", role: "group", "aria-label": "Kind of beat" }, chip("all", beats.length), ...kinds.map((item) => chip(item.kind, item.n))), h("div", { class: "table-box", role: "region", "aria-label": "Beats" }, table));
}

function beatRow(beat, light) {
  const words = `Beat ${beat.number} at ${beat.time} s, ${kindOf(beat)}: show it on the strip`;
  const row = h("tr", {}, h("th", { scope: "row" }, h("button", { type: "button", "aria-label": words }, String(beat.number))), ...COLUMNS.map(([name]) => h("td", { class: name }, name === "kind" ? kindOf(beat) : beat[name])));
  row.addEventListener("click", () => {
    for (const other of row.parentElement.querySelectorAll(".lit")) other.classList.remove("lit");
    row.classList.add("lit");
    light(beat.places);
  });
  return row;
}
