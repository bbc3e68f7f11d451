// From payload and options to a sheet in millimetres: what stands where. Knows neither DOM nor Plotly.
// x runs right, y runs DOWN, both in mm from the sheet's top left corner.

const GAP = -32768;
const BIN_MM = 2; // width of the columns in which neighbouring rows are kept apart
const REACH_MM = 60; // a row never claims more than this above or below its baseline
const TOP_MM = 3;
const FOOT_MM = 7;
const RIGHT_MM = 2;
const PULSE_LEAD_IN_MM = 1.5;
const LABEL_MM = 3.2; // height of a lead name
const LABEL_LIFT_MM = 5;
const MIN_PITCH_MM = { many: 20, one: 10 };

/** Decode the payload's leads into Map(name -> Float32Array of mV above the lead's offset, NaN = gap). */
export function decodeSignals(payload) {
  const signals = new Map();
  for (const lead of payload.leads) {
    const bytes = Uint8Array.from(atob(lead.samples), (c) => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const mv = new Float32Array(bytes.length / 2);
    for (let i = 0; i < mv.length; i++) {
      const step = view.getInt16(2 * i, true);
      mv[i] = step === GAP ? NaN : (step * lead.step_uv) / 1000;
    }
    signals.set(lead.name, mv);
  }
  return signals;
}

/**
 * Lay the sheet out.
 * @param options {layout, rhythmLead, speed (mm/s), gain (mm/mV)}
 */
export function layOut(payload, signals, options) {
  const { speed, gain } = options;
  const plan = payload.layouts[options.layout];
  const pulseMm = 0.2 * speed; // 1 mV for 200 ms
  const leftMm = Math.ceil((pulseMm + 2 * PULSE_LEAD_IN_MM + 1) / 5) * 5;
  const widthMm = leftMm + Math.ceil(plan.width_s * speed) + RIGHT_MM;
  const info = new Map(payload.leads.map((lead) => [lead.name, lead]));
  const rows = plan.rows.map((row) => ({
    rhythm: row.rhythm,
    segments: row.cells.map((cell, column) => {
      const lead = row.rhythm ? options.rhythmLead : cell.lead;
      return segment({ ...cell, lead }, column, { payload, signals, info, leftMm, speed, gain });
    }),
  }));
  const many = plan.rows.some((row) => row.cells.length > 1);
  const heightMm = placeRows(rows, widthMm, gain, many ? MIN_PITCH_MM.many : MIN_PITCH_MM.one);
  return {
    rows, widthMm, heightMm, leftMm, pulseMm, speed, gain,
    pulseStartMm: leftMm - pulseMm - 2 * PULSE_LEAD_IN_MM - 0.5,
    leadInMm: PULSE_LEAD_IN_MM,
    labelMm: LABEL_MM,
    footMm: heightMm - FOOT_MM / 2,
    scaleText: `${speed} mm/s · ${gain} mm/mV · ${payload.filter_text}`,
    timeText: plan.time_text,
    hasRhythm: plan.rows.some((row) => row.rhythm),
    label: plan.label,
  };
}

function segment(cell, column, { payload, signals, info, leftMm, speed, gain }) {
  const signal = signals.get(cell.lead);
  const first = Math.round(cell.start_s / payload.dx_s);
  const last = Math.round(cell.stop_s / payload.dx_s);
  const samples = signal ? signal.subarray(first, Math.min(last + 1, signal.length)) : new Float32Array(0);
  const made = {
    lead: cell.lead,
    flags: info.get(cell.lead)?.flags ?? [],
    missing: !signal,
    column,
    startS: cell.start_s,
    stopS: cell.stop_s,
    xMm: leftMm + cell.x_s * speed,
    widthMm: (cell.stop_s - cell.start_s) * speed,
    firstMm: leftMm + (cell.x_s + first * payload.dx_s - cell.start_s) * speed,
    stepMm: payload.dx_s * speed,
    samples,
  };
  made.labelLiftMm = labelLift(made, gain);
  return made;
}

/** Height of the lead name's foot above the baseline: the usual 5 mm, more where the trace is in the way. */
function labelLift(seg, gain) {
  const labelWidthMm = labelWidth(seg.lead);
  let highest = -Infinity;
  const n = Math.min(seg.samples.length, Math.ceil(labelWidthMm / seg.stepMm));
  for (let i = 0; i < n; i++) highest = Math.max(highest, Number.isNaN(seg.samples[i]) ? -Infinity : seg.samples[i] * gain);
  return highest > LABEL_LIFT_MM - 1 ? Math.min(highest + 1, REACH_MM - LABEL_MM) : LABEL_LIFT_MM;
}

/** Room that a lead name in bold type takes. */
function labelWidth(name) {
  return 0.6 + 2.1 * name.length;
}

/** Set row.baselineMm, row.topMm and row.bottomMm; return the height of the sheet. */
function placeRows(rows, widthMm, gain, minPitchMm) {
  const reaches = rows.map((row) => reach(row, widthMm, gain));
  let baseline = 0;
  rows.forEach((row, i) => {
    if (i === 0) {
      baseline = ceil5(TOP_MM + Math.max(...reaches[0].up, gain));
    } else {
      let needed = 0;
      reaches[i].up.forEach((up, bin) => { needed = Math.max(needed, up + reaches[i - 1].down[bin]); });
      baseline += Math.max(minPitchMm, ceil5(needed + 1));
    }
    row.baselineMm = baseline;
  });
  const lastDown = Math.max(...reaches[rows.length - 1].down, 4);
  const height = ceil5(baseline + lastDown + FOOT_MM);
  rows.forEach((row, i) => {
    row.topMm = i === 0 ? 0 : (rows[i - 1].baselineMm + row.baselineMm) / 2;
    row.bottomMm = i === rows.length - 1 ? height - FOOT_MM : (row.baselineMm + rows[i + 1].baselineMm) / 2;
  });
  return height;
}

/** How far a row reaches up and down from its baseline, per bin of paper (names and pulse included). */
function reach(row, widthMm, gain) {
  const n = Math.ceil(widthMm / BIN_MM) + 1;
  const up = new Float32Array(n).fill(1);
  const down = new Float32Array(n).fill(1);
  const claim = (xMm, upMm) => { // a point spreads into the neighbouring bins: traces keep a little air
    const bin = Math.floor(xMm / BIN_MM);
    for (let b = Math.max(0, bin - 1); b <= Math.min(n - 1, bin + 1); b++) {
      up[b] = Math.max(up[b], Math.min(upMm, REACH_MM));
      down[b] = Math.max(down[b], Math.min(-upMm, REACH_MM));
    }
  };
  for (const seg of row.segments) {
    for (let i = 0; i < seg.samples.length; i++) {
      if (!Number.isNaN(seg.samples[i])) claim(seg.firstMm + i * seg.stepMm, seg.samples[i] * gain);
    }
    for (let x = 0; x < labelWidth(seg.lead); x++) claim(seg.xMm + x, seg.labelLiftMm + LABEL_MM + 0.5);
  }
  for (let x = 0; x < row.segments[0].xMm - BIN_MM; x++) claim(x, gain);
  return { up, down };
}

function ceil5(mm) {
  return Math.ceil(mm / 5 - 1e-9) * 5;
}

/** The segment under a point of paper, and the second of the recording there; null outside the traces. */
export function locate(sheet, xMm, yMm) {
  const row = sheet.rows.find((r) => yMm >= r.topMm && yMm < r.bottomMm) ?? null;
  const seg = row?.segments.find((s) => xMm >= s.xMm && xMm < s.xMm + s.widthMm) ?? null;
  return { row, segment: seg, timeS: seg ? seg.startS + (xMm - seg.xMm) / sheet.speed : null };
}

/** Places on the paper that show a span of the recording; lead null means every lead. */
export function placesOf(sheet, { lead, start_s: startS, stop_s: stopS }) {
  const middle = (startS + stopS) / 2;
  const places = [];
  for (const row of sheet.rows) {
    for (const seg of row.segments) {
      if ((lead && seg.lead !== lead) || seg.missing) continue;
      if (middle < seg.startS - 1e-6 || middle > seg.stopS + 1e-6) continue;
      const from = Math.max(startS, seg.startS);
      const to = Math.min(stopS, seg.stopS);
      places.push({ row, segment: seg, xMm: seg.xMm + (from - seg.startS) * sheet.speed, widthMm: (to - from) * sheet.speed });
    }
  }
  return places;
}
