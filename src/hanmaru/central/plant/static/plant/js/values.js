// Newest values on a plant page. One EventSource: {"values": {"17": [ms, value, quality]}, "states": {...}}.
// A value is written into every [data-tag="17"], why it is doubted into every [data-why-tag="17"]; a machine's health
// follows from the values on its card, and how many machines fare how from those.
const frame = document.querySelector("[data-watch]");
const BAD = 0x80000000, SEVERITY = 0xC0000000;
const OLD_AFTER = 10000; // ms without a value, and at least five times as long as one is due

const figure = (number) => {
  const size = Math.abs(number);
  if (size >= 1e9) return number.toPrecision(4);
  if (size >= 1000 || size === 0) return Math.round(number).toLocaleString("en-US");
  return number.toFixed(size >= 100 ? 1 : size >= 1 ? 2 : 3);
};

const words = (value, { type, on, off }) => {
  if (value === null) return "–";
  if (typeof value === "string") return value.slice(0, 80);
  if (type === "flag") return value ? on : off;
  return type === "integer" ? Math.round(value).toLocaleString("en-US") : figure(value);
};

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: frame?.dataset.zone });

const reasons = JSON.parse(document.getElementById("quality-reasons")?.textContent ?? "{}");
const why = (quality) => (quality & SEVERITY) === 0 ? "" : reasons[quality - (quality % 0x10000)] ?? `0x${quality.toString(16).toUpperCase().padStart(8, "0")}`;

const show = (place, [at, value, quality]) => {
  if (at < Number(place.dataset.at)) return; // a late reading
  const state = quality >= BAD ? "bad" : (quality & SEVERITY) === 0 ? "good" : "uncertain";
  place.dataset.at = at;
  place.dataset.state = state;
  place.querySelector("b").textContent = words(value, place.dataset);
  place.toggleAttribute("data-blank", value === null);
  place.querySelector(".reading-state").textContent = state === "good" ? "" : frame.dataset[state];
};

const isOld = (place, now) => {
  const at = Number(place.dataset.at), due = Number(place.dataset.due);
  return at > 0 && due > 0 && now - at > Math.max(OLD_AFTER, due * 5000);
};

// How many machines fare how, in the badges of their cards; the worst first.
const STATES = ["bad", "old", "uncertain", "none", "good"];
const count = () => {
  const list = document.querySelector("[data-health-counts]");
  const all = [...document.querySelectorAll(".machine .health")];
  if (!list || !all.length) return;
  const items = STATES.flatMap((state) => {
    const found = all.filter((one) => one.dataset.health === state).length;
    if (!found) return [];
    const item = document.createElement("li"), number = document.createElement("b");
    number.textContent = found;
    item.append(all[0].querySelector(`[data-when="${state}"] .badge`).cloneNode(true), number);
    return [item];
  });
  if (list.textContent !== items.map((one) => one.textContent).join("")) list.replaceChildren(...items);
  list.hidden = false;
};

const judge = () => {
  const now = Date.now();
  for (const place of document.querySelectorAll("[data-tag]")) place.toggleAttribute("data-old", isOld(place, now));
  for (const machine of document.querySelectorAll(".machine")) {
    const places = [...machine.querySelectorAll("[data-tag]")];
    if (!places.length) continue;
    const states = new Set(places.map((one) => one.dataset.state));
    const known = places.filter((one) => one.dataset.state !== "none");
    const health = !known.length ? "none" : known.every((one) => one.dataset.state === "bad") ? "bad"
      : known.every((one) => one.hasAttribute("data-old")) ? "old"
      : states.has("bad") ? "bad" : states.has("uncertain") ? "uncertain" : "good";
    machine.querySelector(".health").dataset.health = health;
  }
  count();
};

const receive = ({ values, states }) => {
  for (const [tag, value] of Object.entries(values)) {
    for (const place of document.querySelectorAll(`[data-tag="${tag}"]`)) show(place, value);
    for (const place of document.querySelectorAll(`[data-when-tag="${tag}"]`)) place.textContent = clock.format(value[0]);
    for (const place of document.querySelectorAll(`[data-why-tag="${tag}"]`)) place.textContent = why(value[2]);
  }
  if (Object.keys(states).length) document.dispatchEvent(new CustomEvent("plant:states", { detail: states }));
  if (Object.keys(values).length) document.dispatchEvent(new CustomEvent("plant:values", { detail: values }));
  judge();
};

let source;
let again;
let pause = 1000; // before the stream is asked for again; it doubles, for a page whose person has logged out stays open
const stop = () => { clearTimeout(again); source?.close(); source = undefined; };
const listen = () => {
  stop();
  source = new EventSource(frame.dataset.watch);
  source.onmessage = (event) => receive(JSON.parse(event.data));
  source.onopen = () => { pause = 1000; };
  source.onerror = () => { stop(); again = setTimeout(listen, pause + Math.random() * 2000); pause = Math.min(60000, 2 * pause); };
};

if (frame) {
  judge();
  setInterval(judge, 2000);
  listen();
  // A browser opens six connections to a host and no more: tabs nobody looks at give theirs back.
  document.addEventListener("visibilitychange", () => { if (document.hidden) stop(); else listen(); });
  addEventListener("pagehide", stop);
  document.addEventListener("htmx:afterSwap", judge);
}
