// The review page: one logged answer after another, with the strip it speaks of.
import { get, send } from "./api.js";
import { connectMarks } from "./marks.js";
import { fill, h, part } from "./dom.js";
import { numberButton } from "./facts.js";
import { startHeader } from "./header.js";
import { RatingForm } from "./rating.js";
import { StripBox } from "./strip-box.js";

const RATER = "ecg_chat.rater";
const KEYS = [
  ["1 2 3 4 5", "rate the marked line, go to the next"],
  ["0", "not applicable"],
  ["↓ ↑", "next, previous line (also J, K)"],
  ["U", "unsafe"],
  ["M", "comment"],
  ["E", "corrected answer"],
  ["S", "skip with a reason"],
  ["Esc", "leave a field"],
  ["Ctrl Enter", "submit, next answer"],
  ["?", "this list"],
];

export function start(root) {
  startHeader(root, KEYS);
  new ReviewPage(root).begin();
}

class ReviewPage {
  constructor(root) {
    this.root = root;
    this.strip = new StripBox(root);
    part(root, "rater-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const name = part(root, "rater").value.trim();
      if (!name) return;
      localStorage.setItem(RATER, name);
      this.begin();
    });
  }

  async begin() {
    this.rater = localStorage.getItem(RATER) || "";
    part(this.root, "rater-form").hidden = Boolean(this.rater);
    if (!this.rater) {
      part(this.root, "rater").focus();
      return;
    }
    fill(part(this.root, "rater-line"), "rated by ", h("b", {}, this.rater), " ", h("button", { type: "button", class: "link-button", onclick: () => this.changeRater() }, "change"));
    await this.guard(async () => {
      this.form ||= new RatingForm(this.root, await get("/api/review/rubric"), {
        submit: (rating) => this.submit(rating),
        keep: (draft) => this.keep(draft),
      });
      await this.next();
    });
  }

  changeRater() {
    part(this.root, "rater").value = this.rater;
    localStorage.removeItem(RATER);
    part(this.root, "grid").hidden = true;
    this.begin();
  }

  async next() {
    const queue = await get(`/api/review?rater=${encodeURIComponent(this.rater)}`);
    part(this.root, "empty").hidden = Boolean(queue.next);
    part(this.root, "grid").hidden = !queue.next;
    if (queue.next) this.show(await get(`/api/review/${queue.next}?rater=${encodeURIComponent(this.rater)}`));
    part(this.root, "progress").textContent = queue.total ? `${queue.done} of ${queue.total} answers done` : "";
  }

  show(item) {
    this.item = item;
    this.strip.show(item.strip);
    const light = (places) => this.strip.light(places);
    fill(part(this.root, "summary"), ...item.summary.map((number) => numberButton(number, light)));
    part(this.root, "context-text").textContent = item.context_text;
    part(this.root, "finding-text").textContent = item.finding_text;
    part(this.root, "question").textContent = item.answer.question;
    const answer = part(this.root, "answer");
    const text = h("div", { class: "text" });
    text.innerHTML = item.answer.html; // made safe on the server, see answer.js
    connectMarks(text, (place) => this.strip.light([place]));
    fill(answer, item.answer.notice ? h("p", { class: "safety" }, item.answer.notice) : null, text);
    this.form.show(item.answer, item.draft);
    window.scrollTo(0, 0);
  }

  submit(rating) {
    return this.guard(async () => {
      await send("POST", `/api/review/${this.item.answer.id}`, { ...rating, rater: this.rater });
      await this.next();
    }, (sentence) => this.form.fail(sentence));
  }

  /** Returns when the draft was saved; a failure is shown and nothing else stops. */
  async keep(draft) {
    const { answer } = this.item;
    try {
      const { saved_at: saved } = await send("PUT", `/api/review/${answer.id}/draft?rater=${encodeURIComponent(this.rater)}`, draft);
      return new Date(saved);
    } catch (problem) {
      this.form.fail(`The draft was not saved: ${problem.message}`);
      return null;
    }
  }

  async guard(work, fail = null) {
    const notice = part(this.root, "notice");
    try {
      notice.hidden = true;
      await work();
    } catch (problem) {
      if (fail) fail(problem.message);
      else {
        notice.hidden = false;
        fill(notice, h("span", {}, problem.message));
      }
    }
  }
}
