// Scans wait in a row, in the tab's own storage: none is lost while a request is under way or the line is down.
// Each has an id made at the scan; it is sent again with the same id and body until the server answers.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const GATEWAY_DOWN = [502, 503, 504];

// crypto.randomUUID is there only under https; a warehouse may open the page by plain address.
const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

export class ScanQueue {
  constructor(name, { send, changed }) {
    this.name = `hanmaru-scans:${name}`;
    this.send = send;
    this.changed = changed;
    this.waiting = JSON.parse(sessionStorage.getItem(this.name) ?? "[]");
    this.working = false;
    this.wait = FIRST_WAIT;
    addEventListener("online", () => this.work());
  }

  add(code) {
    this.waiting.push({ idempotency_key: newId(), code, scanned_at: new Date().toISOString() });
    this.keep();
    this.work();
  }

  keep() {
    sessionStorage.setItem(this.name, JSON.stringify(this.waiting));
    this.changed(this.waiting.length);
  }

  async work() {
    if (this.working) return;
    this.working = true;
    this.changed(this.waiting.length);
    while (this.waiting.length) {
      const outcome = await this.attempt(this.waiting[0]);
      if (outcome === "done") {
        this.waiting.shift();
        this.wait = FIRST_WAIT;
        this.keep();
      } else if (outcome === "stay") {
        break;
      } else {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.work(), this.wait);
        this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
        break;
      }
    }
    this.working = false;
  }

  async attempt(scan) {
    try {
      const { answer, handle } = await this.send(scan, () => this.keep());
      if (GATEWAY_DOWN.includes(answer.status)) return "again";
      return await handle(answer);
    } catch (error) {
      if (error instanceof TypeError) return "again"; // fetch: the line is down
      throw error;
    }
  }
}
