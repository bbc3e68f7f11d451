// The header every page has: which model answers, light or dark, the list of keys.
import { get } from "./api.js";
import { fill, h, isTyping, part } from "./dom.js";

const THEME = "ecg_chat.theme";

export function startHeader(root, keys) {
  document.title = `${root.querySelector('[aria-current="page"]').textContent} · ecg_chat`;
  startTheme(part(root, "theme"));
  startHelp(root, keys);
  return watchModel(part(root, "model"));
}

function startTheme(button) {
  const stored = localStorage.getItem(THEME);
  if (stored) document.body.classList.toggle("dark", stored === "dark");
  button.addEventListener("click", () => {
    const dark = document.body.classList.toggle("dark");
    localStorage.setItem(THEME, dark ? "dark" : "light");
    document.dispatchEvent(new CustomEvent("ecg-theme", { detail: { dark } }));
  });
}

function startHelp(root, keys) {
  const dialog = part(root, "help-dialog");
  const rows = keys.flatMap(([key, what]) => [
    h("dt", {}, ...key.split(" ").map((name) => h("kbd", {}, name))),
    h("dd", {}, what),
  ]);
  fill(
    dialog,
    h("h2", {}, "Keyboard"),
    h("dl", { class: "keys" }, ...rows),
    h("form", { method: "dialog" }, h("button", { class: "button" }, "Close")),
  );
  part(root, "help").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !isTyping(event) && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    }
  });
}

/** Show the model's state now and until it is settled; returns a function that asks again. */
function watchModel(line) {
  const show = async () => {
    const status = await get("/api/status").catch((problem) => ({ state: "missing", problem: problem.message }));
    line.dataset.state = status.state;
    line.title = status.problem || "";
    if (status.state === "ready") {
      const speed = status.tokens_per_s ? ` · ${Math.round(status.tokens_per_s)} tokens/s` : "";
      fill(line, h("b", {}, status.name), ` · ${status.quantisation} · ${status.device.toUpperCase()}${speed}`);
    } else if (status.state === "loading") {
      fill(line, "model is loading …");
      setTimeout(show, 700);
    } else {
      fill(line, "no model");
    }
    document.dispatchEvent(new CustomEvent("ecg-model", { detail: status }));
  };
  show();
  return show;
}
