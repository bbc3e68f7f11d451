// One answer: safety line, text with marked claims and citations, versions, what can be done with it.
import { h, save } from "./dom.js";
import { connectMarks } from "./marks.js";

const STATES = {
  streaming: "",
  complete: "",
  stopped: "Stopped here.",
  interrupted: "Interrupted: the app ended while this was written.",
  failed: "The model failed here; what it wrote before stays.",
};
const VERDICTS = [["supported", "✓"], ["contradicted", "✗"], ["not checkable", "◌"]];

/**
 * @param {object} answer as the server sends it; `html` was made safe there
 * @param {{position: number, count: number, cite: Function, move: Function, regenerate: Function, busy: Function}} tools
 */
export function answerView(answer, tools) {
  const text = h("div", { class: "text" });
  text.innerHTML = answer.html; // escaped and marked by chat.citations on the server; the only markup taken from outside
  if (!answer.text && answer.state === "streaming") text.replaceChildren(h("span", { class: "waiting" }, "Reading the ECG"));
  connectMarks(text, tools.cite);
  const element = h("div", { class: "answer", "data-state": answer.state, "data-answer": answer.id }, who(answer));
  if (answer.notice) element.append(h("p", { class: "safety", role: "alert" }, answer.notice));
  element.append(text);
  if (STATES[answer.state]) element.append(h("p", { class: "stopped small" }, STATES[answer.state]));
  if (answer.state !== "streaming") element.append(foot(answer, tools));
  return element;
}

function who(answer) {
  return h("p", { class: "who" }, `${answer.model} · ${answer.quantisation} · not reviewed by a physician`);
}

function foot(answer, tools) {
  const counts = VERDICTS.filter(([verdict]) => answer.verdicts[verdict]).map(([verdict, mark]) => h("span", { title: verdict, "aria-label": `${answer.verdicts[verdict]} ${verdict}` }, `${mark} ${answer.verdicts[verdict]}`));
  const copy = h("button", { type: "button", class: "link-button", onclick: () => copyText(answer.text, copy) }, "Copy");
  const again = h("button", { type: "button", class: "link-button", title: "R", onclick: () => tools.regenerate() }, "Regenerate");
  const parts = [h("span", { class: "verdicts" }, ...(counts.length ? counts : ["no checkable claim"])), h("span", { class: "spacer" }), copy, again];
  if (tools.count > 1) parts.push(versions(tools));
  return h("div", { class: "answer-foot" }, ...parts);
}

function versions(tools) {
  const { position, count } = tools;
  return h(
    "span",
    { class: "versions", role: "group", "aria-label": "Versions of this answer" },
    h("button", { type: "button", "aria-label": "Earlier version", disabled: position === 0, onclick: () => tools.move(-1) }, "‹"),
    h("span", {}, `${position + 1}/${count}`),
    h("button", { type: "button", "aria-label": "Later version", disabled: position === count - 1, onclick: () => tools.move(1) }, "›"),
  );
}

async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  } catch {
    // No clipboard permission (or not a secure address): a file is the next best thing.
    save(new Blob([text], { type: "text/plain" }), "answer.txt");
  }
}
