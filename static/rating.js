// The rating form: claims and the seven items are one list; digits rate the focused line and move on.
import { fill, h, isTyping, part } from "./dom.js";

const OPINIONS = ["agree", "wrong", "can't tell"];
const DRAFT_PAUSE_MS = 400;

export class RatingForm {
  /** @param {{submit: (rating: object) => void, keep: (draft: object) => Promise<Date>}} hooks */
  constructor(root, rubric, hooks) {
    this.root = root;
    this.rubric = rubric;
    this.hooks = hooks;
    this.lines = [];
    for (const name of ["comment", "corrected", "unsafe", "skip-reason"]) part(root, name).addEventListener("input", () => this.keep());
    part(root, "rubric").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    part(root, "skip").addEventListener("click", () => this.openSkip());
    part(root, "skip-send").addEventListener("click", () => this.skip());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  show(answer, draft) {
    clearTimeout(this.keeping);
    this.sending = false;
    this.answer = answer;
    this.began = performance.now();
    this.lines = [];
    const stored = draft || {};
    this.rating = { claims: stored.claims || {}, items: stored.items || {} };
    part(this.root, "comment").value = stored.comment || "";
    part(this.root, "corrected").value = stored.corrected_answer || "";
    part(this.root, "unsafe").checked = stored.unsafe || false;
    part(this.root, "skip-reason").value = "";
    part(this.root, "skip-form").hidden = true;
    part(this.root, "rating-problem").textContent = "";
    part(this.root, "saved").textContent = draft ? "draft restored" : "";
    fill(part(this.root, "claims"), ...answer.claims.map((claim, index) => this.claimLine(claim, index)));
    fill(part(this.root, "items"), ...this.rubric.items.map((item, index) => this.itemLine(item, index)));
    this.lines.forEach((line) => line.draw());
    this.focus(0);
    this.hint();
  }

  claimLine(claim, index) {
    const mark = { supported: "✓", contradicted: "✗" }[claim.verdict] || "◌";
    const choices = OPINIONS.map((opinion, i) => this.choice(`claim-${index}`, opinion, `${i + 1} ${opinion}`, () => this.set(index, opinion)));
    const element = h(
      "li",
      { class: "rate-line", tabindex: "-1" },
      h("span", { class: "claim-text" }, h("q", {}, claim.text), ` ${mark} `, h("span", { class: "small" }, claim.measured || claim.verdict)),
      h("span", { class: "choices", role: "radiogroup", "aria-label": claim.text }, ...choices),
    );
    this.addLine(element, OPINIONS, () => this.rating.claims[index], (value) => { this.rating.claims[index] = value; });
    return element;
  }

  itemLine(item, index) {
    const at = this.answer.claims.length + index;
    const values = [1, 2, 3, 4, 5, null];
    const choices = values.map((value) => this.choice(`item-${item.key}`, value ?? 0, value === null ? "n/a" : String(value), () => this.set(at, value), value === null ? "not applicable (0)" : item.anchors[value - 1]));
    const anchors = h("ol", { class: "anchors" }, ...item.anchors.map((text, i) => h("li", { value: i + 1 }, text)));
    const element = h(
      "div",
      { class: "rate-line rubric-item", tabindex: "-1" },
      h("div", { class: "rubric-head" }, h("b", {}, `${index + 1} ${item.label}`), h("span", { class: "choices", role: "radiogroup", "aria-label": item.label }, ...choices)),
      h("div", { class: "rubric-detail" }, h("p", { class: "small" }, item.question), anchors),
    );
    this.addLine(element, values, () => this.rating.items[item.key], (value) => { this.rating.items[item.key] = value; });
    return element;
  }

  choice(name, value, text, choose, title = null) {
    return h("label", { class: "choice", title }, h("input", { type: "radio", name: `${this.answer.id}-${name}`, value, tabindex: "-1", onchange: choose }), h("span", {}, text));
  }

  addLine(element, values, read, write) {
    const line = { element, values, read, write };
    const index = this.lines.length;
    line.draw = () => {
      const inputs = element.querySelectorAll("input");
      values.forEach((value, i) => { inputs[i].checked = read() === value; });
      element.classList.toggle("rated", read() !== undefined);
    };
    element.addEventListener("focusin", () => this.mark(index));
    element.addEventListener("click", () => this.mark(index));
    this.lines.push(line);
  }

  set(index, value) {
    const line = this.lines[index];
    line.write(value);
    line.draw();
    this.keep();
    this.hint();
    this.focus(Math.min(index + 1, this.lines.length - 1));
  }

  mark(index) {
    this.at = index;
    this.lines.forEach((line, i) => line.element.classList.toggle("current", i === index));
  }

  focus(index) {
    this.mark(index);
    const element = this.lines[index]?.element;
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (!this.answer || this.sending || part(this.root, "grid").hidden) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (part(this.root, "skip-form").hidden) this.submit();
      else this.skip();
      return;
    }
    if (event.key === "Escape" && isTyping(event)) {
      part(this.root, "skip-form").hidden = true;
      this.focus(this.at);
      return;
    }
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.shortcut(event)) event.preventDefault();
  }

  shortcut(event) {
    const key = event.key.toLowerCase();
    const line = this.lines[this.at];
    if (/^[0-5]$/.test(key)) {
      const value = key === "0" ? line?.values[5] : line?.values[Number(key) - 1];
      if (value !== undefined) this.set(this.at, value);
      return true;
    }
    if (key === "arrowdown" || key === "j") this.focus(Math.min(this.at + 1, this.lines.length - 1));
    else if (key === "arrowup" || key === "k") this.focus(Math.max(this.at - 1, 0));
    else if (key === "u") this.toggleUnsafe();
    else if (key === "m") part(this.root, "comment").focus();
    else if (key === "e") part(this.root, "corrected").focus();
    else if (key === "s") this.openSkip();
    else return false;
    return true;
  }

  toggleUnsafe() {
    const box = part(this.root, "unsafe");
    box.checked = !box.checked;
    this.keep();
  }

  hint() {
    const low = this.isLow();
    part(this.root, "comment-hint").textContent = low ? "– required: a rating is 2 or less" : "";
  }

  isLow() {
    return Object.values(this.rating.items).some((value) => value !== null && value <= 2);
  }

  body() {
    return {
      claims: this.rating.claims,
      items: this.rating.items,
      unsafe: part(this.root, "unsafe").checked,
      comment: part(this.root, "comment").value,
      corrected_answer: part(this.root, "corrected").value,
    };
  }

  keep() {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(async () => {
      const saved = await this.hooks.keep(this.body());
      if (saved) part(this.root, "saved").textContent = `saved ${saved.toLocaleTimeString([], { timeStyle: "short" })}`;
    }, DRAFT_PAUSE_MS);
  }

  submit() {
    const missing = this.rubric.items.findIndex((item) => this.rating.items[item.key] === undefined);
    if (missing >= 0) {
      this.fail(`${this.rubric.items[missing].label} is not rated yet.`);
      this.focus(this.answer.claims.length + missing);
      return;
    }
    const rating = this.body();
    if (this.isLow() && !rating.comment.trim()) {
      this.fail("A rating of 2 or less needs a comment.");
      part(this.root, "comment").focus();
      return;
    }
    this.send({ ...rating, skip_reason: "" });
  }

  openSkip() {
    part(this.root, "skip-form").hidden = false;
    part(this.root, "skip-reason").focus();
  }

  skip() {
    const reason = part(this.root, "skip-reason").value.trim();
    if (!reason) {
      this.fail("Skipping needs a reason.");
      part(this.root, "skip-reason").focus();
      return;
    }
    this.send({ claims: {}, items: {}, unsafe: part(this.root, "unsafe").checked, comment: part(this.root, "comment").value, corrected_answer: "", skip_reason: reason });
  }

  send(rating) {
    clearTimeout(this.keeping);
    this.fail("");
    this.sending = true; // keys must not rate an answer that is on its way out
    this.hooks.submit({ ...rating, time_on_task_s: (performance.now() - this.began) / 1000 });
  }

  fail(sentence) {
    this.sending = false;
    part(this.root, "rating-problem").textContent = sentence;
  }
}
