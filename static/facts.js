// Numbers, findings, quality, tables: everything measured is a link into the strip.
import { get } from "./api.js";
import { showBeats } from "./beats.js";
import { fill, h, part } from "./dom.js";
import { showMatrix } from "./matrix.js";

const WORDS = { "emergency": "emergency", "same-day": "same day" };

/** @param {(places: object[]) => void} light highlights places on the strip */
export function showFacts(root, reading, light) {
  fill(part(root, "summary"), ...reading.summary.map((number) => numberButton(number, light)));
  for (const name of ["more", "derived"]) {
    fill(part(root, name), ...reading[name].map((number) => numberButton(number, light, true)), withoutNorm(reading[name]));
  }
  showFindings(part(root, "findings"), reading, light);
  showQuality(part(root, "quality"), reading);
  showRhythm(part(root, "rhythm"), reading.rhythm, light);
  showMatrix(part(root, "matrix"), reading.matrix, reading.window.duration_s, light);
  showBeats(part(root, "beats"), reading, light);
  showCorrected(part(root, "corrected-line"), reading.corrections);
  const notes = reading.notes.map((note) => h("li", {}, note.text));
  fill(part(root, "notes"), ...(notes.length ? notes : [h("li", {}, "Nothing: the file is shown and measured as it is.")]));
  fill(part(root, "limits"), h("ul", { class: "plain-list" }, ...reading.limits.map((text) => h("li", {}, text))));
}

/** @param {boolean} withNormal writes the norm beside the number, not only into the tooltip */
export function numberButton(number, light, withNormal = false) {
  return h(
    "button",
    { type: "button", class: number.missing ? "number missing" : "number", title: number.hover, "data-measure": number.key, onclick: () => light(number.places) },
    h("span", { class: "label" }, number.label),
    h("b", {}, number.text),
    number.unit ? h("span", { class: "unit" }, number.unit) : null,
    number.corrected ? h("span", { class: "by-hand", "aria-hidden": "true" }, "✎") : null,
    number.mark ? h("span", { class: "outside" }, number.mark) : null,
    withNormal && number.source ? h("span", { class: "normal" }, `normal ${number.normal}`) : null,
    h("span", { class: "visually-hidden" }, number.hover),
  );
}

/** Which numbers have no norm for this person, and why: once a reason, not beside every number. */
function withoutNorm(numbers) {
  const reasons = new Map();
  for (const number of numbers.filter((item) => item.normal && !item.source)) {
    reasons.set(number.normal, [...(reasons.get(number.normal) ?? []), number.label]);
  }
  const lines = [...reasons].map(([reason, labels]) => `${reason[0].toUpperCase()}${reason.slice(1)}: ${labels.join(", ")}.`);
  return lines.length ? h("p", { class: "small no-norm" }, lines.join(" ")) : null;
}

/** That a person set boundaries stands beside the numbers that follow from them. */
function showCorrected(line, corrections) {
  const inForce = corrections.find((item) => item.in_force);
  line.hidden = !inForce;
  fill(line, ...(inForce ? [h("span", { class: "by-hand", "aria-hidden": "true" }, "✎ "), `${inForce.text}.`] : []));
}

function showFindings(box, reading, light) {
  const head = h("h2", {}, "Findings");
  const list = reading.findings.length
    ? h("ul", { class: "finding-list" }, ...reading.findings.map((finding) => findingItem(finding, reading, light)))
    : h("p", { class: "small" }, "No statement's criteria are met.");
  fill(box, head, list, networkLine(reading), whyNot(reading, light));
}

function networkLine(reading) {
  const words = {
    loading: "The network has not looked at this ECG yet: the model is loading.",
    missing: "The network did not look at this ECG: no model is loaded. These findings are by criteria alone.",
    "no leads": "The network did not look at this ECG: it needs leads that are not here.",
  }[reading.network];
  return words ? h("p", { class: "small" }, words) : null;
}

function findingItem(finding, reading, light) {
  const body = h("div", { class: "finding-body", hidden: true });
  const patient = reading.audience === "patient";
  const name = h("button", { type: "button", class: patient ? "name plain" : "name", "aria-expanded": "false", onclick: () => {
    body.hidden = !body.hidden;
    name.setAttribute("aria-expanded", String(!body.hidden));
    if (!body.hidden) light(telling(finding.evidence, reading.window.duration_s));
  } }, patient ? finding.plain : finding.name);
  const urgency = WORDS[finding.urgency] ? h("span", { class: `urgency ${finding.urgency}` }, WORDS[finding.urgency]) : null;
  fill(
    body,
    h("p", {}, finding.meaning),
    evidenceList(finding.evidence, light),
    finding.mimics.length ? h("p", { class: "small" }, `Looks alike: ${finding.mimics.join("; ")}`) : null,
    finding.reference ? h("p", { class: "small" }, `Source: ${finding.reference}`) : null,
  );
  return h("li", { "data-code": finding.code }, h("div", { class: "finding-head" }, name, patient ? null : h("span", { class: "small" }, finding.code), urgency, ...sources(finding)), body);
}

/** Places worth lighting for a finding: evidence of the whole strip (a rate, a rhythm) would cover everything else. */
function telling(evidence, duration) {
  return evidence.flatMap((item) => (item.met ? item.places : [])).filter((place) => place.stop_s - place.start_s < duration / 3);
}

function sources(finding) {
  const criteria = { met: "criteria", rejected: "criteria: not met", undecided: "criteria: undecided", "no criteria": "no criteria" }[finding.criteria];
  const marks = [h("span", { class: finding.criteria === "met" ? "source found" : "source absent" }, criteria)];
  if (finding.probability !== null) {
    const percent = finding.probability.toFixed(2).replace(/^0/, "");
    marks.push(h("span", { class: finding.network ? "source found" : "source absent", title: "probability given by the network" }, `network ${percent}`));
  }
  return marks;
}

export function evidenceList(evidence, light) {
  const mark = { true: ["✓", "met"], false: ["✗", "failed"], null: ["?", "unknown"] };
  return h("div", { class: "evidence" }, ...evidence.map((item) => {
    const [sign, word] = mark[String(item.met)];
    const words = [h("span", { class: "mark", "aria-hidden": "true" }, sign), h("span", { class: "visually-hidden" }, word), item.text];
    return item.places.length
      ? h("button", { type: "button", class: word, onclick: () => light(item.places) }, ...words)
      : h("span", { class: word }, ...words);
  }));
}

/** "Why not …?" for any statement that was not found. */
function whyNot(reading, light) {
  const answer = h("div", { class: "finding-body" });
  const select = h("select", { "aria-label": "Why was this not found?" }, h("option", { value: "" }, "Why not …?"), ...reading.rejected.map((item) => h("option", { value: item.code }, item.name)));
  select.addEventListener("change", async () => {
    if (!select.value) return fill(answer);
    const judged = await get(`/api/recordings/${reading.recording.id}/judgements/${select.value}?start=${reading.window.start_s}`).catch((problem) => ({ sentence: problem.message, evidence: [] }));
    return fill(answer, h("p", {}, judged.sentence), evidenceList(judged.evidence, light));
  });
  return h("div", { class: "finding-list" }, h("div", {}, select), answer);
}

/** What was found is a link into the strip; the rest follows in one line each. */
function showRhythm(box, rhythm, light) {
  const items = rhythm.found.map((fact) => h("li", {}, fact.places.length
    ? h("button", { type: "button", class: "link-button", "data-fact": fact.key, onclick: () => light(fact.places) }, fact.label, ": ", fact.text)
    : h("span", { "data-fact": fact.key }, fact.label, ": ", fact.text)));
  fill(box, h("ul", { class: "plain-list" }, ...items), ...rhythm.rest.map((text) => h("p", { class: "small" }, text)));
}

function showQuality(box, reading) {
  const flags = reading.quality.filter((lead) => lead.flags.length);
  const row = flags.length
    ? flags.map((lead) => h("span", { class: "flag" }, h("b", {}, lead.lead), ` ${lead.flags.join(", ")}`))
    : [h("span", {}, "all leads clean")];
  fill(box, h("div", { class: "quality-row" }, h("h2", {}, "Quality"), ...row), ...reading.warnings.map((text) => h("p", {}, "⚠ ", text)));
}
