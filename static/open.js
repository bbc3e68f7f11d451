// Opening: files from the dialog or dropped anywhere, examples, and the form for tables of numbers.
import { get, Problem, send, upload } from "./api.js";
import { fill, h, part } from "./dom.js";

export class Opener {
  /** @param {(reading: object) => void} opened */
  constructor(root, opened) {
    this.root = root;
    this.opened = opened;
    this.notice = part(root, "notice");
    this.tableForm = part(root, "table-form");
    this.connectFiles();
    this.connectMenu();
    this.loadExamples();
  }

  connectFiles() {
    const input = part(this.root, "files");
    const take = () => {
      const files = [...input.files];
      input.value = "";
      this.open(files);
    };
    input.addEventListener("change", take);
    if (input.files.length) take(); // chosen before this script was there
    const veil = part(this.root, "drop-veil");
    let depth = 0;
    const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
    document.addEventListener("dragenter", (event) => {
      if (!hasFiles(event)) return;
      depth += 1;
      veil.hidden = false;
    });
    document.addEventListener("dragleave", (event) => {
      if (!hasFiles(event)) return;
      depth -= 1;
      veil.hidden = depth > 0 ? false : true;
    });
    document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      veil.hidden = true;
      this.open([...event.dataTransfer.files]);
    });
  }

  connectMenu() {
    const button = part(this.root, "examples-button");
    const list = part(this.root, "examples");
    const show = (open) => {
      list.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => show(list.hidden));
    document.addEventListener("click", (event) => part(this.root, "examples-menu").contains(event.target) || show(false));
    part(this.root, "examples-menu").addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        show(false);
        button.focus();
        event.stopPropagation();
      }
    });
    list.addEventListener("click", () => show(false));
  }

  async loadExamples() {
    const { examples, max_upload_bytes: limit } = await get("/api/examples").catch((problem) => {
      this.fail(problem.message);
      return { examples: [], max_upload_bytes: 0 };
    });
    this.limit = limit;
    const item = (example) =>
      h("li", {}, h("button", { type: "button", "data-example": example.kind, onclick: () => this.openExample(example) }, h("span", {}, example.label), h("span", { class: "tag" }, example.origin)));
    fill(part(this.root, "examples"), ...examples.map(item));
    fill(part(this.root, "example-cards"), ...examples.map(item));
  }

  openExample(example) {
    return this.work(`Opening ${example.label} …`, () => send("POST", `/api/examples/${encodeURIComponent(example.kind)}`));
  }

  open(files, description = null) {
    if (!files.length) return undefined;
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    if (this.limit && bytes > this.limit) {
      this.fail(`The files have ${Math.round(bytes / 1e6)} MB, at most ${Math.round(this.limit / 1e6)} MB are accepted.`);
      return undefined;
    }
    const form = new FormData();
    if (description) form.append("description", JSON.stringify(description));
    for (const file of files) form.append("files", file, file.name);
    const names = files.length === 1 ? files[0].name : `${files.length} files`;
    return this.work(`Reading and measuring ${names} …`, () => upload("/api/recordings", form), files);
  }

  async work(words, request, files = null) {
    this.say(words);
    try {
      const reading = await request();
      this.fail("");
      this.hideTable();
      this.opened(reading);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.fail(problem.message);
      if (files && problem.details.kind === "NeedsDescription") this.askForTable(files, problem.details);
      else this.hideTable();
    }
  }

  say(words) {
    this.notice.hidden = false;
    this.notice.dataset.kind = "busy";
    fill(this.notice, h("span", {}, words));
  }

  fail(sentence) {
    this.notice.hidden = !sentence;
    this.notice.dataset.kind = "problem";
    fill(this.notice, h("span", {}, sentence), h("button", { type: "button", class: "link-button", onclick: () => this.fail("") }, "Close"));
  }

  hideTable() {
    this.tableForm.hidden = true;
  }

  /** A table of numbers does not say what its numbers are; the person does. */
  askForTable(files, { columns = [], guess = {} }) {
    const rate = h("input", { type: "number", name: "fs_hz", min: 1, step: "any", value: guess.fs_hz ?? "", required: true, inputmode: "decimal" });
    const unit = h("select", { name: "unit", required: true }, ...["", "mV", "uV", "V"].map((name) => h("option", { value: name, selected: name === guess.unit }, name === "uV" ? "µV" : name || "choose …")));
    const given = Array.isArray(guess.leads) && guess.leads.length ? guess.leads : columns;
    const leads = h("input", { type: "text", name: "leads", value: given.join(", "), required: true, spellcheck: "false" });
    this.tableForm.onsubmit = (event) => {
      event.preventDefault();
      const names = leads.value.split(",").map((name) => name.trim());
      this.open(files, { fs_hz: Number(rate.value), unit: unit.value, leads: names });
    };
    fill(
      this.tableForm,
      h("h2", {}, "What are the numbers of this table?"),
      h(
        "div",
        { class: "fields" },
        field("Samples per second, Hz", rate),
        field("Unit", unit),
        field(`Leads in column order, by comma (${columns.length || "?"} columns; “-” leaves a column out)`, leads, "field wide"),
      ),
      h("div", { class: "fields" }, h("button", { class: "button primary", type: "submit" }, "Read the table"), h("button", { class: "button", type: "button", onclick: () => { this.hideTable(); this.fail(""); } }, "Cancel")),
    );
    this.tableForm.hidden = false;
    (rate.value ? (unit.value ? leads : unit) : rate).focus();
  }
}

function field(label, input, style = "field") {
  return h("label", { class: style }, h("span", {}, label), input);
}
