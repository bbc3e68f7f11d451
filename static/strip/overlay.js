// A transparent SVG above the paper, in millimetres: highlighted spans and wave marks.

import { placesOf } from "./sheet.js";

const SVG = "http://www.w3.org/2000/svg";

export function svgElement(name, attributes = {}, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== null) made.textContent = text;
  return made;
}

/** An <svg> with one <g> per duty, back to front. */
export function makeOverlay() {
  const root = svgElement("svg", { class: "ecg-overlay", "aria-hidden": "true", focusable: "false" });
  const groups = {};
  for (const name of ["waves", "highlights", "caliper"]) {
    groups[name] = svgElement("g", { class: `ecg-${name}` });
    root.append(groups[name]);
  }
  return { root, groups };
}

export function sizeOverlay(root, sheet, pxPerMm) {
  root.setAttribute("viewBox", `0 0 ${sheet.widthMm} ${sheet.heightMm}`);
  root.setAttribute("width", sheet.widthMm * pxPerMm);
  root.setAttribute("height", sheet.heightMm * pxPerMm);
}

/** A frame with brackets and a caption per place: never colour alone. */
export function drawHighlights(group, sheet, spans) {
  group.replaceChildren();
  const places = [];
  for (const span of spans) {
    for (const place of placesOf(sheet, span)) {
      places.push(place);
      const { row, xMm, widthMm } = place;
      const width = Math.max(widthMm, 1.5); // a span of no length still shows
      const x = xMm - (width - widthMm) / 2;
      const top = row.topMm + 0.5;
      const height = row.bottomMm - row.topMm - 1;
      group.append(
        svgElement("rect", { class: "ecg-lit", x, y: top, width, height, rx: 0.5 }),
        svgElement("text", { class: "ecg-caption", x: x + 0.5, y: row.bottomMm - 1.2 }, caption(place, span)),
      );
    }
  }
  return places;
}

function caption(place, span) {
  const times = span.stop_s > span.start_s ? `${span.start_s.toFixed(2)}–${span.stop_s.toFixed(2)}` : span.start_s.toFixed(2);
  return `${place.segment.lead} ${times} s`;
}

const BAND_UP_MM = 6;
const BAND_DOWN_MM = 4;
const KIND_LETTERS = { ventricular: "V", supraventricular: "S", unclassified: "?" };

/** P, QRS and ST-T of every beat, on every lead; letters on the rhythm strip (or the last row) keep the rest quiet. */
export function drawWaves(group, sheet, beats) {
  group.replaceChildren();
  const lettered = sheet.rows.find((row) => row.rhythm) ?? sheet.rows.at(-1);
  for (const row of sheet.rows) {
    for (const seg of row.segments) {
      if (!seg.missing) beats.forEach((beat) => drawBeat(group, sheet, row, seg, beat, row === lettered));
    }
  }
}

function drawBeat(group, sheet, row, seg, beat, lettered) {
  const at = (s) => seg.xMm + (s - seg.startS) * sheet.speed;
  const inside = (s) => s !== null && s >= seg.startS && s <= seg.stopS;
  const clip = (s) => Math.min(Math.max(s, seg.startS), seg.stopS);
  const top = row.baselineMm - BAND_UP_MM;
  const foot = row.baselineMm + BAND_DOWN_MM;
  const band = (kind, letter, from, to, lineOfText) => {
    if (from === null || to === null || to <= seg.startS || from >= seg.stopS) return;
    const x = at(clip(from));
    const width = at(clip(to)) - x;
    group.append(svgElement("rect", { class: `ecg-wave ecg-wave-${kind}`, x, y: top, width, height: foot - top }));
    for (const edge of [from, to].filter(inside)) {
      group.append(svgElement("line", { class: `ecg-edge ecg-wave-${kind}`, x1: at(edge), x2: at(edge), y1: top, y2: foot }));
    }
    if (lettered) group.append(svgElement("text", { class: "ecg-wave-letter", x: x + width / 2, y: foot + 2.4 * lineOfText }, letter));
  };
  band("p", "P", beat.p[0], beat.p[2], 1);
  band("qrs", "QRS", beat.qrs[0], beat.qrs[1], 2); // a line lower: at 25 mm/s the letters would run into those of P
  band("t", "T", beat.qrs[1], beat.t[1], 1);
  if (inside(beat.r_s)) drawPeak(group, sheet, row, seg, beat, at(beat.r_s));
}

/** A small triangle above the beat, with V or S for one that is not dominant. */
function drawPeak(group, sheet, row, seg, beat, x) {
  const around = 0.06 * sheet.speed; // 60 ms on either side: the highest point of this QRS
  const from = Math.max(0, Math.floor((x - around - seg.firstMm) / seg.stepMm));
  const to = Math.ceil((x + around - seg.firstMm) / seg.stepMm);
  const highest = seg.samples.subarray(from, to).reduce((most, mv) => (mv > most ? mv : most), 0);
  const y = Math.max(row.baselineMm - Math.max(highest * sheet.gain, BAND_UP_MM) - 0.8, 2);
  group.append(svgElement("path", { class: "ecg-r", d: `M${x - 0.9} ${y - 1.5}h1.8l-0.9 1.5z` }));
  if (KIND_LETTERS[beat.kind]) {
    group.append(svgElement("text", { class: "ecg-wave-letter ecg-kind", x: x + 2, y }, KIND_LETTERS[beat.kind]));
  }
}
