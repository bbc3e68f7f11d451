// Two points on the paper: the time between them, the rate that would be, and the difference in millivolts.

import { locate } from "./sheet.js";
import { svgElement } from "./overlay.js";

const LABEL_MM = 3.1;
const LABEL_PX = 12; // and never smaller than this

/** What two points say. Millivolts only within one lead of one row; times through the recording where both lie on a trace. */
export function measureBetween(sheet, a, b) {
  const [from, to] = [locate(sheet, a.xMm, a.yMm), locate(sheet, b.xMm, b.yMm)];
  const onTraces = from.segment && to.segment;
  const seconds = onTraces ? Math.abs(to.timeS - from.timeS) : Math.abs(b.xMm - a.xMm) / sheet.speed;
  const sameLead = from.row === to.row && from.row !== null && from.segment === to.segment;
  return {
    ms: seconds * 1000,
    bpm: seconds > 0 ? 60 / seconds : null,
    mv: sameLead ? (a.yMm - b.yMm) / sheet.gain : null,
    lead: sameLead ? (from.segment?.lead ?? null) : null,
    start_s: onTraces ? Math.min(from.timeS, to.timeS) : null,
    stop_s: onTraces ? Math.max(from.timeS, to.timeS) : null,
  };
}

/** One line for eye and screen reader; a rate only from an interval that can be one beat's (300/min and slower). */
export function caliperText(reading, msPerPixel) {
  const parts = [`${reading.ms.toFixed(0)} ms (±${Math.max(1, msPerPixel).toFixed(0)})`];
  if (reading.bpm !== null && reading.ms >= 200) parts.push(`${reading.bpm.toFixed(0)}/min`);
  parts.push(reading.mv === null ? "mV only within one lead" : `${signed(reading.mv)} mV`);
  return parts.join(" · ");
}

function signed(mv) {
  const text = Math.abs(mv).toFixed(2);
  return text === "0.00" ? text : `${mv > 0 ? "+" : "−"}${text}`;
}

export class Caliper {
  /** @param onChange called with (reading or null, text) whenever the points move. */
  constructor(group, onChange) {
    this.group = group;
    this.onChange = onChange;
    this.points = [];
    this.cursor = null;
    this.on = false;
    this.sheet = null;
    this.pxPerMm = 4;
  }

  /** The paper changed: points on it no longer mean the same. */
  setSheet(sheet, pxPerMm) {
    const moved = this.sheet && (this.sheet.speed !== sheet.speed || this.sheet.gain !== sheet.gain || this.sheet.label !== sheet.label);
    const zoomed = this.pxPerMm !== pxPerMm;
    this.sheet = sheet;
    this.pxPerMm = pxPerMm;
    if (moved) this.points = [];
    if (moved) this.cursor = null;
    this.draw();
    if (moved || (zoomed && this.reading)) this.tell(); // a pixel is now worth more or fewer milliseconds
  }

  switch(on) {
    this.on = on;
    if (!on) this.cursor = null;
    if (!on) this.points = [];
    this.draw();
    this.tell();
  }

  get empty() {
    return this.points.length === 0 && this.cursor === null;
  }

  clear() {
    this.points = [];
    this.cursor = null;
    this.draw();
    this.tell();
  }

  place(point) {
    this.points = this.points.length === 1 ? [this.points[0], point] : [point];
    this.draw();
    this.tell();
  }

  /** The free end follows the pointer or the arrow keys. */
  moveCursor(point) {
    this.cursor = point;
    this.draw();
  }

  nudge(dxMm, dyMm) {
    const row = this.sheet.rows[0];
    const start = this.cursor ?? this.points.at(-1) ?? { xMm: this.sheet.leftMm + 5, yMm: row.baselineMm };
    const within = (v, limit) => Math.min(Math.max(v, 0), limit);
    this.moveCursor({ xMm: within(start.xMm + dxMm, this.sheet.widthMm), yMm: within(start.yMm + dyMm, this.sheet.heightMm) });
    return this.cursor;
  }

  /** Index of the placed point within reach of the pointer, or -1. */
  pointNear(point, reachMm) {
    return this.points.findIndex((p) => Math.hypot(p.xMm - point.xMm, p.yMm - point.yMm) <= reachMm);
  }

  drag(index, point) {
    this.points = this.points.map((p, i) => (i === index ? point : p));
    this.draw();
    this.tell();
  }

  get reading() {
    return this.points.length === 2 ? measureBetween(this.sheet, this.points[0], this.points[1]) : null;
  }

  text(reading) {
    return caliperText(reading, 1000 / (this.sheet.speed * this.pxPerMm));
  }

  tell() {
    const reading = this.reading;
    this.onChange(reading, reading ? this.text(reading) : "");
  }

  draw() {
    this.group.replaceChildren();
    if (!this.on || !this.sheet) return;
    const ends = this.points.length === 1 && this.cursor ? [this.points[0], this.cursor] : this.points;
    if (ends.length === 2) this.drawSpan(ends[0], ends[1]);
    for (const point of this.points) this.drawPoint(point, "ecg-point");
    if (this.cursor && this.points.length !== 2) this.drawPoint(this.cursor, "ecg-cursor");
  }

  drawPoint({ xMm, yMm }, className) {
    this.group.append(
      svgElement("line", { class: `${className} ecg-leg`, x1: xMm, x2: xMm, y1: yMm - 4, y2: yMm + 4 }),
      svgElement("line", { class: `${className} ecg-leg`, x1: xMm - 4, x2: xMm + 4, y1: yMm, y2: yMm }),
      svgElement("circle", { class: className, cx: xMm, cy: yMm, r: 0.9 }),
    );
  }

  drawSpan(a, b) {
    const { row } = locate(this.sheet, a.xMm, a.yMm);
    const top = Math.min(a.yMm, b.yMm, row ? row.topMm + 5 : Infinity);
    const bottom = Math.max(a.yMm, b.yMm, row ? row.bottomMm - 1 : -Infinity);
    for (const point of [a, b]) {
      this.group.append(svgElement("line", { class: "ecg-leg", x1: point.xMm, x2: point.xMm, y1: top, y2: bottom }));
      this.group.append(svgElement("line", { class: "ecg-level", x1: a.xMm, x2: b.xMm, y1: point.yMm, y2: point.yMm }));
    }
    this.group.append(svgElement("line", { class: "ecg-bar", x1: a.xMm, x2: b.xMm, y1: top + 0.6, y2: top + 0.6 }));
    this.drawLabel(a, b, top);
  }

  drawLabel(a, b, top) {
    const text = this.text(measureBetween(this.sheet, a, b));
    const size = Math.max(LABEL_MM, LABEL_PX / this.pxPerMm);
    const words = svgElement("text", { class: "ecg-reading", style: `font-size: ${size}px` }, text);
    this.group.append(words);
    const width = (words.getComputedTextLength() || text.length * size * 0.6) + 2;
    const x = Math.min(Math.max((a.xMm + b.xMm - width) / 2, 0.5), this.sheet.widthMm - width - 0.5);
    const y = Math.max(top - size - 2, 0.5);
    words.setAttribute("x", x + width / 2);
    words.setAttribute("y", y + size + 0.2);
    this.group.insertBefore(svgElement("rect", { class: "ecg-reading-box", x, y, width, height: size + 1.6, rx: 0.8 }), words);
  }
}
