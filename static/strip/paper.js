// The paper itself, drawn by Plotly: grid, traces, calibration pulses, lead names, lead changes, scale line.
// Width and height are fixed in pixels and margins are zero, so a millimetre is exactly pxPerMm pixels.

export const PAPERS = {
  rose: { label: "rose", ground: "#fff7f5", minor: "#fbe5e1", major: "#f0b4ab", ink: "#16130f", faint: "#7a5f5a", dark: false },
  grey: { label: "grey", ground: "#fdfdfc", minor: "#ebebe8", major: "#cbcbc6", ink: "#111111", faint: "#5d5d59", dark: false },
  dark: { label: "dark", ground: "#151210", minor: "#2a2421", major: "#4a3d38", ink: "#f3ece6", faint: "#b3a59c", dark: true },
};

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const CONFIG = { staticPlot: true, displayModeBar: false, responsive: false };

/** Draw (or redraw) the sheet into `plotElement`; resolves when Plotly is done. */
export function drawPaper(plotly, plotElement, sheet, { pxPerMm, paper }) {
  const colours = PAPERS[paper];
  const traces = [frame(sheet, colours, pxPerMm)];
  for (const row of sheet.rows) {
    for (const seg of row.segments) if (!seg.missing) traces.push(trace(row, seg, sheet, colours, pxPerMm));
  }
  return plotly.react(plotElement, traces, figureLayout(sheet, colours, pxPerMm), CONFIG);
}

function inkWidth(pxPerMm) {
  return Math.max(1, 0.27 * pxPerMm);
}

function line(x, y, colour, width, name) {
  return {
    type: "scatter", mode: "lines", x, y, name, line: { color: colour, width },
    hoverinfo: "skip", showlegend: false, connectgaps: false,
  };
}

function trace(row, seg, sheet, colours, pxPerMm) {
  const y = new Float32Array(seg.samples.length);
  for (let i = 0; i < y.length; i++) y[i] = row.baselineMm - seg.samples[i] * sheet.gain;
  const made = line(undefined, y, colours.ink, inkWidth(pxPerMm), seg.lead);
  delete made.x;
  return { ...made, x0: seg.firstMm, dx: seg.stepMm };
}

/**
 * The right-angled lines, one trace and the first: 1 mV for 200 ms at the left of every row, which shows gain and speed as
 * they really are; a short double tick where one lead ends and the next begins.
 */
function frame(sheet, colours, pxPerMm) {
  const x = [];
  const y = [];
  const a = sheet.pulseStartMm;
  const b = a + sheet.leadInMm;
  const c = b + sheet.pulseMm;
  const d = c + sheet.leadInMm;
  for (const row of sheet.rows) {
    const low = row.baselineMm;
    const high = low - sheet.gain;
    x.push(a, b, b, c, c, d, null);
    y.push(low, low, high, high, low, low, null);
    for (const seg of row.segments.slice(1)) {
      x.push(seg.xMm, seg.xMm, null, seg.xMm, seg.xMm, null);
      y.push(low - 4.5, low - 2, null, low + 2, low + 4.5, null);
    }
  }
  return line(x, y, colours.ink, Math.round(inkWidth(pxPerMm)), "calibration 1 mV, 200 ms");
}

function figureLayout(sheet, colours, pxPerMm) {
  const axis = (range) => ({
    range, autorange: false, fixedrange: true, zeroline: false, showline: false, showticklabels: false, ticks: "",
    showgrid: true, tick0: 0, dtick: 5, gridcolor: colours.major, gridwidth: 1,
    minor: { tick0: 0, dtick: 1, showgrid: true, gridcolor: colours.minor, gridwidth: 1 },
  });
  return {
    template: null,
    autosize: false,
    width: sheet.widthMm * pxPerMm,
    height: sheet.heightMm * pxPerMm,
    margin: { l: 0, r: 0, t: 0, b: 0, pad: 0, autoexpand: false },
    paper_bgcolor: colours.ground,
    plot_bgcolor: colours.ground,
    showlegend: false,
    hovermode: false,
    dragmode: false,
    font: { family: FONT, color: colours.ink },
    xaxis: axis([0, sheet.widthMm]),
    yaxis: axis([sheet.heightMm, 0]),
    annotations: [...leadNames(sheet, colours, pxPerMm), ...footer(sheet, colours, pxPerMm)],
  };
}

function leadNames(sheet, colours, pxPerMm) {
  const size = sheet.labelMm * pxPerMm;
  return sheet.rows.flatMap((row) => row.segments.map((seg) => {
    const words = seg.missing ? "not recorded" : seg.flags.join(", ");
    const remark = words ? ` <span style="font-size:${Math.max(10, 0.7 * size)}px;color:${colours.faint}">${plain(words, 60)}</span>` : "";
    return note(seg.xMm + 0.6, row.baselineMm - seg.labelLiftMm, `<b>${plain(seg.lead, 16)}</b>${remark}`, size, colours.ink);
  }));
}

function footer(sheet, colours, pxPerMm) {
  const size = Math.max(10, 2.6 * pxPerMm);
  const y = sheet.heightMm - 1;
  return [
    note(1, y, plain(sheet.scaleText, 200), size, colours.ink),
    { ...note(sheet.widthMm - 1, y, plain(sheet.timeText, 200), size, colours.faint), xanchor: "right" },
  ];
}

function note(x, y, text, size, colour) {
  return {
    x, y, text, xref: "x", yref: "y", xanchor: "left", yanchor: "bottom", showarrow: false, borderpad: 0, borderwidth: 0,
    font: { family: FONT, size, color: colour }, captureevents: false,
  };
}

/** Plotly reads a little HTML in texts; what comes from a file is shown as it is written. */
function plain(text, limit) {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return cut.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
