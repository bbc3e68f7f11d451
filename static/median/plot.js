// The median beat on ECG paper: all leads on top of each other, and the global boundaries as lines. Knows no server.
// x and y in CSS pixels. A millimetre of paper has the strip's pixels times the zoom; 25 mm/s and 10 mm/mV.

import { PAPERS } from "../strip/paper.js";
import { svgElement } from "../strip/overlay.js";

const MM_PER_MS = 0.025;
const MM_PER_MV = 10;
const TAG_ROOM_PX = 26; // above and below the paper: the tags of the boundaries
const TAG_WIDTH_PX = { p: 74, qrs: 92, t: 70 }; // with the pencil and a margin
const SIDE_PX = 6;
const HEADROOM_MV = 0.15;
const BEFORE_NEXT_MS = 10; // the paper ends this much before the next QRS begins
const REACH_PX = 12;

/** Where things lie for one beat at one zoom. */
export function geometry(data, { pxPerMm, zoom }) {
  const n = data.leads[0]?.mv.length ?? 0;
  const end = data.first_ms + ((n - 1) * 1000) / data.fs_hz;
  const rr = data.rr_ms ?? Infinity;
  const { qrs_on_ms: qrsOn, qrs_off_ms: qrsOff } = data.boundaries;
  const marks = Object.values(data.boundaries).filter((ms) => ms !== null);
  const first = Math.min(Math.max(data.first_ms, qrsOff - rr + BEFORE_NEXT_MS), ...marks.map((ms) => Math.max(ms - 20, data.first_ms)));
  const last = Math.max(Math.min(end, rr + qrsOn - BEFORE_NEXT_MS), ...marks.map((ms) => Math.min(ms + 20, end)));
  const from = Math.max(0, Math.round(((first - data.first_ms) / 1000) * data.fs_hz));
  const to = Math.min(n - 1, Math.round(((last - data.first_ms) / 1000) * data.fs_hz));
  let [low, high] = [-0.3, 0.3];
  for (const lead of data.leads) {
    for (let i = from; i <= to; i++) {
      low = Math.min(low, lead.mv[i]);
      high = Math.max(high, lead.mv[i]);
    }
  }
  low = Math.floor((low - HEADROOM_MV) * 10) / 10;
  high = Math.ceil((high + HEADROOM_MV) * 10) / 10;
  const [perMs, perMv] = [MM_PER_MS * pxPerMm * zoom, MM_PER_MV * pxPerMm * zoom];
  const top = TAG_ROOM_PX;
  const room = (names, away) => names.filter((name) => data.boundaries[name] !== null).map((name) => TAG_WIDTH_PX[name.split("_")[0]] - away(data.boundaries[name]) * perMs);
  const left = Math.max(SIDE_PX, ...room(["p_on_ms", "qrs_on_ms"], (ms) => ms - first));
  const rightMargin = Math.max(SIDE_PX, ...room(["p_off_ms", "qrs_off_ms", "t_off_ms"], (ms) => last - ms));
  return {
    first, last, from, to, low, high, perMs, perMv, top, left,
    right: left + (last - first) * perMs,
    width: left + (last - first) * perMs + rightMargin,
    height: (high - low) * perMv + 2 * TAG_ROOM_PX,
    bottom: top + (high - low) * perMv,
    x: (ms) => left + (ms - first) * perMs,
    y: (mv) => top + (high - mv) * perMv,
    ms: (x) => first + (x - left) / perMs,
  };
}

/** Draw paper and traces; returns {root, space, traces, handles: <g>}. */
export function drawBeat(data, options) {
  const space = geometry(data, options);
  const colours = PAPERS[options.paper] ?? PAPERS.rose;
  const root = svgElement("svg", { class: colours.dark ? "median-svg median-dark" : "median-svg", width: space.width, height: space.height, viewBox: `0 0 ${space.width} ${space.height}`, role: "group", "aria-label": words(data) });
  root.append(paper(space, colours), lines(space, data));
  const traces = new Map();
  for (const lead of data.leads) {
    const path = svgElement("path", { class: "median-trace", d: pathOf(lead, data, space), stroke: colours.ink, "data-lead": lead.name });
    traces.set(lead.name, path);
    root.append(path);
  }
  const name = svgElement("text", { class: "median-name", fill: colours.ink, stroke: colours.ground }, "");
  const handles = svgElement("g", { class: "median-handles" });
  root.append(name, handles);
  return { root, space, traces, handles, name };
}

function words(data) {
  return `Median beat of ${data.n_beats} beats, ${data.leads.length} leads on top of each other, with ${Object.values(data.boundaries).filter((ms) => ms !== null).length} boundaries that can be moved`;
}

function paper(space, colours) {
  const { left, right, top, bottom, perMs, perMv } = space;
  const group = svgElement("g", { "aria-hidden": "true" });
  group.append(svgElement("rect", { x: left, y: top, width: right - left, height: bottom - top, fill: colours.ground }));
  const grid = (at, across, major) => group.append(svgElement("line", across
    ? { x1: at, x2: at, y1: top, y2: bottom, stroke: major ? colours.major : colours.minor }
    : { x1: left, x2: right, y1: at, y2: at, stroke: major ? colours.major : colours.minor }));
  for (const major of [false, true]) { // strong lines lie on the fine ones; R and 0 mV lie on strong lines
    const [stepMs, stepMv] = major ? [200, 0.5] : [40, 0.1];
    for (let k = Math.ceil(space.first / stepMs); k * stepMs <= space.last; k++) grid(left + (k * stepMs - space.first) * perMs, true, major);
    for (let k = Math.ceil(space.low / stepMv - 1e-9); k * stepMv <= space.high + 1e-9; k++) grid(top + (space.high - k * stepMv) * perMv, false, major);
  }
  return group;
}

/** Where the program had found what a person moved. */
function lines(space, data) {
  const group = svgElement("g", { "aria-hidden": "true" });
  for (const [name, ms] of Object.entries(data.found)) {
    if (ms === null || data.by_hand[name] === null || ms < space.first || ms > space.last) continue;
    group.append(svgElement("line", { class: "median-found", x1: space.x(ms), x2: space.x(ms), y1: space.top, y2: space.bottom }));
  }
  return group;
}

function pathOf(lead, data, space) {
  const step = 1000 / data.fs_hz;
  const points = [];
  for (let i = space.from; i <= space.to; i++) points.push(`${space.x(data.first_ms + i * step).toFixed(1)} ${space.y(lead.mv[i]).toFixed(1)}`);
  return `M${points.join("L")}`;
}

/** Make one lead stand out (null: none does) and name it where it stands farthest from zero. */
export function standOut(drawn, data, chosen) {
  for (const [lead, path] of drawn.traces) {
    path.classList.toggle("chosen", lead === chosen);
    path.classList.toggle("faded", chosen !== null && lead !== chosen);
  }
  const lead = data.leads.find((item) => item.name === chosen);
  drawn.name.textContent = lead ? lead.name : "";
  if (!lead) return;
  const { space } = drawn;
  let farthest = space.from;
  for (let i = space.from; i <= space.to; i++) if (Math.abs(lead.mv[i]) > Math.abs(lead.mv[farthest])) farthest = i;
  const up = lead.mv[farthest] >= 0;
  drawn.name.setAttribute("x", space.x(data.first_ms + (farthest * 1000) / data.fs_hz) + 6);
  drawn.name.setAttribute("y", Math.min(space.bottom - 4, Math.max(space.top + 12, space.y(lead.mv[farthest]) + (up ? 4 : 8))));
}

/** The lead whose trace passes nearest to a point, null if none does within reach. */
export function leadAt(drawn, data, x, y) {
  const { space } = drawn;
  const middle = Math.round(((space.ms(x) - data.first_ms) / 1000) * data.fs_hz);
  let [best, nearest] = [null, REACH_PX];
  for (const lead of data.leads) {
    for (let i = Math.max(space.from, middle - 4); i <= Math.min(space.to, middle + 4); i++) {
      const away = Math.hypot(space.x(data.first_ms + (i * 1000) / data.fs_hz) - x, space.y(lead.mv[i]) - y);
      if (away < nearest) [best, nearest] = [lead.name, away];
    }
  }
  return best;
}
