// The strip on a page: loads Plotly from this server, mounts the strip, and lights places that were measured or cited.
import { part } from "./dom.js";

const COLUMN_S = 2.5;
const LAYOUTS = ["3x4", "6x2", "12x1"];
let ready = null;

function loadStrip() {
  ready ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/ecg-assets/plotly/plotly.min.js";
    script.onload = () => import("./strip.js").then(() => resolve(window.EcgStrip), reject);
    script.onerror = () => reject(new Error("The drawing library could not be loaded from this server."));
    document.head.append(script);
  });
  return ready;
}

export class StripBox {
  constructor(root) {
    this.element = part(root, "strip");
    this.status = part(root, "strip-status");
    this.strip = null;
    loadStrip().catch((error) => this.say(error.message)); // early, so that the first recording is drawn at once
  }

  async show(payload) {
    try {
      const tool = await loadStrip();
      if (this.strip) this.strip.setPayload(payload);
      else this.strip = tool.mount(this.element, payload);
      this.say("");
    } catch (error) {
      this.say(`The strip could not be drawn: ${error.message}`);
      throw error;
    }
  }

  /** @param {{lead: string|null, start_s: number, stop_s: number}[]} places */
  light(places) {
    if (!this.strip) return;
    if (places.length) this.strip.highlight(places.map((place) => this.readable(place)));
    else this.strip.clear();
  }

  /** What concerns all leads for longer than a column lasts (a rate, a rhythm) is shown where it is read: the rhythm strip. */
  readable(place) {
    const { sheet, options } = this.strip;
    const whole = place.lead === null && place.stop_s - place.start_s > COLUMN_S && sheet.hasRhythm;
    return whole ? { ...place, lead: options.rhythmLead } : place;
  }

  layout(index) {
    if (this.strip && LAYOUTS[index] in this.strip.payload.layouts) this.strip.setOptions({ layout: LAYOUTS[index] });
  }

  toggleWaves() {
    if (this.strip?.payload.beats.length) this.strip.setOptions({ waves: !this.strip.options.waves });
  }

  toggleCaliper() {
    this.strip?.caliper(!this.strip.options.caliper);
  }

  say(words) {
    this.status.textContent = words;
  }
}
