// The conversation: questions, streamed answers, versions, stop. The server keeps all of it; this only shows it.
import { get, send, stream } from "./api.js";
import { fill, h, part } from "./dom.js";
import { answerView } from "./answer.js";

const STARTERS = {
  clinician: ["Interpret this ECG", "Rhythm, rate, axis and intervals?", "Is there ST elevation?", "Why?"],
  patient: ["What does my ECG show?", "Is my heartbeat regular?", "What does this mean for me?", "Should I be worried?"],
};
const EMPTY = {
  clinician: "Ask about this recording. Each claim in an answer is checked against the measurements: ✓ measured, ✗ contradicted, ◌ not checkable.",
  patient: "Ask what you would like to know about this recording. What the computer says here has not been checked by a doctor.",
};

export class Chat {
  /**
   * @param {HTMLElement} root the page
   * @param {{cite: (place: object) => void, answered: () => void, moved: (conversationId: string) => void}} hooks
   */
  constructor(root, hooks) {
    this.root = root;
    this.hooks = hooks;
    this.log = part(root, "log");
    this.question = part(root, "question");
    this.status = part(root, "composer-status");
    this.problem = part(root, "chat-problem");
    this.stopButton = part(root, "stop");
    this.askButton = part(root, "ask");
    this.conversation = null;
    this.turns = [];
    this.abort = null;
    this.audience = "clinician";
    this.connect();
  }

  connect() {
    part(this.root, "composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.question.value);
    });
    this.question.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.ask(this.question.value);
      }
    });
    this.stopButton.addEventListener("click", () => this.stop());
    part(this.root, "new-conversation").addEventListener("click", () => this.startNew());
    part(this.root, "conversations").addEventListener("change", (event) => this.hooks.moved(event.target.value));
  }

  get busy() {
    return this.abort !== null;
  }

  /** Show a recording's conversation (null: none yet) and the list of its others. */
  show(recordingId, windowStart, conversation, list) {
    this.stop();
    this.finish(); // what was streaming goes on to be logged; this page now shows something else
    this.recordingId = recordingId;
    this.windowStart = windowStart;
    this.list = list;
    this.setConversation(conversation);
    this.turns = (conversation?.turns || []).map((turn) => this.addTurnData(turn));
    this.draw();
    this.say("");
  }

  setAudience(audience) {
    this.audience = audience;
    this.root.dataset.audience = audience;
    this.log.dataset.empty = EMPTY[audience];
    const starters = STARTERS[audience].map((text) =>
      h("button", { type: "button", onclick: () => this.ask(text) }, text),
    );
    fill(part(this.root, "starters"), ...starters);
  }

  setConversation(conversation) {
    this.conversation = conversation?.id || null;
    const select = part(this.root, "conversations");
    const options = this.list.map((item) =>
      h("option", { value: item.id, selected: item.id === this.conversation }, item.title),
    );
    if (!this.conversation) options.unshift(h("option", { value: "", selected: true }, "New conversation"));
    fill(select, ...options);
    for (const kind of ["md", "pdf"]) {
      const link = part(this.root, `export-${kind}`);
      link.hidden = !this.conversation;
      if (this.conversation) link.href = `/api/conversations/${this.conversation}/export.${kind}`;
    }
  }

  startNew() {
    if (this.busy) return;
    this.turns = [];
    this.setConversation(null);
    this.draw();
    this.hooks.moved("");
    this.question.focus();
  }

  addTurnData(turn) {
    return { question: turn.question, answers: turn.answers, shown: turn.answers.length - 1 };
  }

  draw() {
    fill(this.log, ...this.turns.map((turn) => this.turnElement(turn)));
    this.toEnd();
  }

  turnElement(turn) {
    const element = h("article", { class: "turn" }, h("p", { class: "question" }, h("span", { class: "visually-hidden" }, "You asked: "), turn.question.text));
    const answer = turn.answers[turn.shown];
    if (answer) {
      element.append(
        answerView(answer, {
          position: turn.shown,
          count: turn.answers.length,
          cite: this.hooks.cite,
          move: (step) => this.showVersion(turn, turn.shown + step),
          regenerate: () => this.regenerate(turn),
          busy: () => this.busy,
        }),
      );
    }
    turn.element = element;
    return element;
  }

  redraw(turn) {
    const old = turn.element;
    old.replaceWith(this.turnElement(turn));
  }

  showVersion(turn, index) {
    if (!turn.answers[index]) return;
    turn.shown = index;
    this.redraw(turn);
  }

  moveVersion(step) {
    const turn = this.turns.at(-1);
    if (turn) this.showVersion(turn, turn.shown + step);
  }

  async ask(text) {
    if (this.busy || !this.recordingId || !text.trim()) return;
    this.fail("");
    this.begin("Sending …");
    try {
      if (!this.conversation) await this.create();
    } catch (problem) {
      this.finish();
      this.fail(problem.message);
      return;
    }
    const turn = { question: { text }, answers: [], shown: 0 };
    this.turns.push(turn);
    this.log.append(this.turnElement(turn));
    this.toEnd();
    this.question.value = "";
    await this.follow(turn, `/api/conversations/${this.conversation}/questions`, { text });
    if (!turn.answers.length && this.turns.includes(turn)) {
      // Refused or stopped before it was logged: give the words back, so that nothing is lost.
      this.turns = this.turns.filter((other) => other !== turn);
      turn.element.remove();
      this.question.value = text;
    }
  }

  async regenerate(turn = this.turns.at(-1)) {
    if (this.busy || !turn?.question.id) return;
    this.fail("");
    this.begin("Answering again …");
    await this.follow(turn, `/api/conversations/${this.conversation}/questions/${turn.question.id}/answers`, {});
  }

  async create() {
    const made = await send("POST", "/api/conversations", {
      recording_id: this.recordingId,
      window_start_s: this.windowStart,
      audience: this.audience,
    });
    this.list = made.conversations;
    this.setConversation(made.conversation);
    this.hooks.moved(this.conversation, true);
  }

  async follow(turn, url, body) {
    const { abort, conversation } = this;
    let problem = null;
    try {
      await stream(url, body, (event) => {
        if (event.type === "error") problem = event.error;
        else this.take(turn, event);
      }, abort.signal);
    } catch (error) {
      if (error.name === "AbortError") await this.recover(turn, conversation);
      else problem = error.message;
    }
    if (this.abort !== abort) return; // the person has moved on
    const last = turn.answers.at(-1);
    if (last?.state === "streaming") {
      last.state = problem ? "failed" : "stopped";
      this.redraw(turn);
    }
    this.finish();
    if (problem) this.fail(problem);
    this.nameConversation();
    this.hooks.answered();
  }

  /** A conversation is listed under its first question. */
  nameConversation() {
    const listed = this.list.find((item) => item.id === this.conversation);
    const first = this.turns[0]?.question;
    if (!listed || !first?.id || listed.named) return;
    listed.named = true;
    listed.title = first.text.length > 48 ? `${first.text.slice(0, 47)}…` : first.text;
    this.setConversation({ id: this.conversation });
  }

  take(turn, event) {
    if (event.type === "waiting") {
      this.say(event.before === 1 ? "Waiting: one answer is being written before this one" : `Waiting: ${event.before} answers come first`);
      return;
    }
    if (event.type === "loading") {
      this.say("The model is loading …");
      return;
    }
    turn.question = event.question || turn.question;
    if (!event.answer) return;
    const index = turn.answers.findIndex((answer) => answer.id === event.answer.id);
    if (index < 0) turn.answers.push(event.answer);
    else turn.answers[index] = event.answer;
    turn.shown = index < 0 ? turn.answers.length - 1 : index;
    const follow = this.isAtEnd();
    this.redraw(turn);
    if (follow) this.toEnd();
    this.say(event.answer.state === "streaming" ? "Answering …" : "");
  }

  /** After a stop the server has the last word on what was kept. */
  async recover(turn, conversation) {
    for (let attempt = 0; attempt < 20 && conversation === this.conversation; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const stored = await get(`/api/conversations/${conversation}`).catch(() => null);
      const same = stored?.turns[this.turns.indexOf(turn)];
      if (same && same.answers.every((answer) => answer.state !== "streaming")) {
        Object.assign(turn, { question: same.question, answers: same.answers, shown: same.answers.length - 1 });
        this.redraw(turn);
        return;
      }
    }
  }

  stop() {
    this.abort?.abort();
  }

  begin(words) {
    this.abort = new AbortController();
    this.stopButton.hidden = false;
    this.askButton.hidden = true;
    this.setStartersDisabled(true);
    this.say(words);
  }

  finish() {
    this.abort = null;
    this.stopButton.hidden = true;
    this.askButton.hidden = false;
    this.setStartersDisabled(false);
    this.say("");
  }

  setStartersDisabled(disabled) {
    for (const button of part(this.root, "starters").children) button.disabled = disabled;
  }

  say(words) {
    this.status.textContent = words;
    this.status.classList.toggle("waiting", words.startsWith("Waiting") || words.endsWith("…"));
  }

  fail(sentence) {
    this.problem.hidden = !sentence;
    fill(this.problem, h("span", {}, sentence), h("button", { type: "button", class: "link-button", onclick: () => this.fail("") }, "Close"));
  }

  isAtEnd() {
    if (this.log.scrollHeight > this.log.clientHeight + 1) return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
    return this.log.getBoundingClientRect().bottom < window.innerHeight + 120;
  }

  /** On wide screens the log scrolls in itself, on narrow ones with the page. */
  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    if (this.log.scrollHeight <= this.log.clientHeight + 1) this.turns.at(-1)?.element.scrollIntoView({ block: "nearest" });
  }
}
