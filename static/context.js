// The patient form: one summary line, opened to edit; the server checks and stores every version.
import { send } from "./api.js";
import { fill, h, part } from "./dom.js";

const FIELDS = [
  { name: "age_years", label: "Age, years", type: "number", min: 0, max: 120, step: "any" },
  { name: "sex", label: "Sex", options: [["", "not stated"], ["female", "female"], ["male", "male"]] },
  { name: "height_cm", label: "Height, cm", type: "number", min: 20, max: 250, step: "any" },
  { name: "weight_kg", label: "Weight, kg", type: "number", min: 0.3, max: 400, step: "any" },
  { name: "symptoms", label: "Symptoms", wide: true },
  { name: "history", label: "History", wide: true },
  { name: "medication", label: "Medication", wide: true },
];

export class Context {
  /** @param {(reading: object) => void} saved called with the reading as judged with the new context */
  constructor(root, saved) {
    this.root = root;
    this.saved = saved;
    this.box = part(root, "context");
    this.form = part(root, "context-form");
    this.build();
  }

  build() {
    this.inputs = {};
    const rows = FIELDS.map((field) => {
      const id = `context-${field.name}`;
      const input = field.options
        ? h("select", { id, name: field.name }, ...field.options.map(([value, text]) => h("option", { value }, text)))
        : h(field.wide ? "textarea" : "input", { id, name: field.name, type: field.wide ? null : field.type, min: field.min, max: field.max, step: field.step, rows: field.wide ? 1 : null, autocomplete: "off", inputmode: field.type === "number" ? "decimal" : null });
      this.inputs[field.name] = input;
      return h("label", { class: field.wide ? "field wide" : "field", for: id }, h("span", {}, field.label), input);
    });
    this.message = h("p", { class: "small", role: "status" });
    fill(this.form, ...rows, h("div", { class: "form-row" }, h("button", { class: "button primary", type: "submit" }, "Save"), this.message));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  show(recordingId, windowStart, context, fromFile) {
    this.recordingId = recordingId;
    this.windowStart = windowStart;
    for (const field of FIELDS) {
      this.inputs[field.name].value = context[field.name] ?? "";
      this.inputs[field.name].removeAttribute("aria-invalid");
    }
    this.message.textContent = fromFile ? "Pre-filled from the file; please check." : "";
    this.describe(context);
  }

  describe(context) {
    const who = [context.age_years != null ? `${context.age_years}` : null, context.sex ? context.sex[0].toUpperCase() : null].filter(Boolean).join(" ");
    const rest = [context.symptoms, context.history, context.medication].filter(Boolean);
    const words = [who, ...rest].filter(Boolean).join(" · ");
    fill(part(this.root, "context-line"), h("b", {}, "Patient"), ` ${words || "not stated; age and sex decide limits"}`);
  }

  async save() {
    const body = {};
    for (const { name } of FIELDS) {
      const input = this.inputs[name];
      input.removeAttribute("aria-invalid");
      body[name] = input.validity.badInput ? "?" : input.value;
    }
    this.message.className = "small";
    this.message.textContent = "Saving …";
    try {
      const reading = await send("PUT", `/api/recordings/${this.recordingId}/context?start=${this.windowStart}`, body);
      this.message.textContent = "Saved.";
      this.describe(reading.context);
      this.box.open = false;
      this.saved(reading);
    } catch (problem) {
      this.message.className = "problem";
      this.message.textContent = problem.message;
      const field = this.inputs[problem.details.field];
      if (field) {
        field.setAttribute("aria-invalid", "true");
        field.focus();
      }
    }
  }
}
