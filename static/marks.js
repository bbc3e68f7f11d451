// Marks inside an answer: a citation lights the strip, a claim tells what was measured.
import { h } from "./dom.js";

const LONG_CHARS = 90;
let tip = null;

/** @param {(place: {lead: string|null, start_s: number, stop_s: number}) => void} cite */
export function connectMarks(element, cite) {
  for (const link of element.querySelectorAll('a[href^="#ecg="]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const place = placeOf(link.getAttribute("href"));
      if (place) cite(place);
    });
  }
  for (const measured of element.querySelectorAll(".claim-measured")) {
    const words = measured.textContent.replace(/ from \d+ leads?, \d+ beats?/g, "");
    measured.textContent = words;
    if (words.length > LONG_CHARS) measured.textContent = `${words.slice(0, LONG_CHARS - 10).trimEnd()} …`; // the tip has it all
  }
  for (const claim of element.querySelectorAll(".claim, .claim-mark")) {
    const words = claim.title;
    claim.removeAttribute("title");
    if (claim.matches("span.claim-mark")) claim.tabIndex = 0; // a mark with a place is a link and has the focus anyway
    claim.addEventListener("mouseenter", () => showTip(claim, words));
    claim.addEventListener("focus", () => showTip(claim, words));
    claim.addEventListener("mouseleave", hideTip);
    claim.addEventListener("blur", hideTip);
  }
}

/** Read "#ecg=V2,2.1,2.5"; the lead may be empty for all leads. */
export function placeOf(href) {
  const match = /^#ecg=([A-Za-z0-9_.~-]*),(-?[\d.]+),(-?[\d.]+)$/.exec(decodeURIComponent(href));
  return match ? { lead: match[1] && match[1] !== "all" ? match[1] : null, start_s: Number(match[2]), stop_s: Number(match[3]) } : null;
}

/** Words beside an element, for as long as it is pointed at or has the focus. */
export function showTip(claim, words) {
  hideTip();
  tip = h("div", { class: "claim-tip", role: "tooltip" }, words);
  document.body.append(tip);
  const box = claim.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left), window.innerWidth - tip.offsetWidth - 8);
  const above = box.top - tip.offsetHeight - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 4 ? above : box.bottom + 6}px`;
}

export function hideTip() {
  tip?.remove();
  tip = null;
}
