// The list of recordings, newest first; opening one goes to the Read page.
import { get } from "./api.js";
import { fill, h, isTyping, part } from "./dom.js";
import { startHeader } from "./header.js";

const KEYS = [["/", "search"], ["?", "this list"]];

export function start(root) {
  startHeader(root, KEYS);
  const search = part(root, "search");
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(root, search.value), 200);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !isTyping(event)) {
      event.preventDefault();
      search.focus();
    }
  });
  show(root, "");
}

async function show(root, search) {
  const notice = part(root, "notice");
  try {
    const { recordings, more } = await get(`/api/recordings?search=${encodeURIComponent(search)}`);
    notice.hidden = true;
    part(root, "count").textContent = more ? `the newest ${recordings.length}; search for older ones` : `${recordings.length} ${search ? "found" : recordings.length === 1 ? "recording" : "recordings"}`;
    fill(part(root, "list"), ...recordings.map(item));
    if (!recordings.length) fill(part(root, "list"), h("li", { class: "small" }, search ? "Nothing matches." : "Nothing was opened yet. Open an ECG on the Read page and it appears here."));
  } catch (problem) {
    notice.hidden = false;
    fill(notice, h("span", {}, problem.message));
  }
}

function item(recording) {
  const when = new Date(recording.created_at);
  return h(
    "li",
    {},
    h(
      "a",
      { class: "history-item", href: `/?recording=${recording.id}` },
      h("img", { class: "thumb", src: `/api/recordings/${recording.id}/thumbnail.svg`, alt: "lead II", loading: "lazy", width: 260, height: 56 }),
      h(
        "span",
        { class: "what" },
        h("b", {}, recording.name),
        h("span", {}, recording.findings.length ? recording.findings.join(" · ") : "no statement was found"),
        h("span", { class: "small" }, `${recording.pseudonym} · ${recording.format} · ${recording.n_conversations} conversation${recording.n_conversations === 1 ? "" : "s"}`),
      ),
      h(
        "span",
        { class: "when" },
        h("time", { datetime: recording.created_at }, when.toLocaleString([], { dateStyle: "medium", timeStyle: "short" })),
        h("span", { class: recording.confirmed_by ? "confirmed" : "unconfirmed" }, recording.confirmed_by ? `confirmed by ${recording.confirmed_by}` : "unconfirmed"),
      ),
    ),
  );
}
