// Numbers per lead: whatever columns the server sends. Each cell leads to its place on the strip, a dash says why.
import { fill, h } from "./dom.js";
import { hideTip, showTip } from "./marks.js";
import { rove } from "./roving.js";

export function showMatrix(box, table, duration, light) {
  const whole = (place) => (place.start_s < 0 ? { lead: place.lead, start_s: 0, stop_s: duration } : place);
  const starts = new Set();
  let n = 0;
  for (const group of table.groups) {
    starts.add(n);
    n += group.n;
  }
  const edge = (column) => (starts.has(column) ? "group-start" : null);
  const groups = table.groups.map((group) => h("th", { scope: "colgroup", colspan: group.n, class: "group-start" }, group.label));
  const heads = table.columns.map((column, i) => h("th", { scope: "col", class: edge(i) }, column.label, h("span", { class: "unit" }, column.unit)));
  const rows = table.rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.lead), ...row.cells.map((cell, i) =>
    h("td", { class: edge(i) }, cellButton(cell, () => light(cell.places.map(whole)))),
  )));
  const made = h("table", { class: "matrix" }, h("thead", {}, h("tr", {}, h("th", { rowspan: 2, scope: "col" }, "Lead"), ...groups), h("tr", {}, ...heads)), h("tbody", {}, ...rows));
  rove(made, "td button");
  const legend = h("p", { class: "small" }, "▲ outside of a limit that the catalogue has for this lead · dotted: changed by a boundary that a person set · – not measurable, point at it to read why");
  fill(box, h("div", { class: "table-box", role: "region", "aria-label": "Measurements per lead" }, made), legend);
}

function cellButton(cell, lightIt) {
  const kinds = ["missing", "corrected"].filter((name) => cell[name]);
  if (cell.outside) kinds.push("outside");
  const button = h("button", { type: "button", class: kinds.join(" "), "aria-label": cell.hover }, cell.outside ? h("span", { class: "cell-mark" }, "▲") : null, cell.text);
  if (cell.places.length) button.addEventListener("click", lightIt);
  button.addEventListener("mouseenter", () => showTip(button, cell.hover));
  button.addEventListener("focus", () => showTip(button, cell.hover));
  button.addEventListener("mouseleave", hideTip);
  button.addEventListener("blur", hideTip);
  return button;
}
