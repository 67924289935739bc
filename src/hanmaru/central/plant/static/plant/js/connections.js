// How connections fare: {"state", "connected", "rate", "lag", "outbox": {"rows", "dead"}, "error": {"words", "remedy"}, "missing", "skew"}.
const HEALTH = { running: "good", connecting: "uncertain", retrying: "uncertain", needs_attention: "bad", stopped: "bad", ended: "old" };
const SILENT = 10000;
const heard = new Map();

const told = (value) => typeof value === "number" ? value.toLocaleString("en-US", { maximumFractionDigits: 1 }) : (value ?? "–");

const at = (state, path) => path.split(".").reduce((found, step) => found?.[step], state);

const show = (card, state) => {
  const health = card.querySelector(".health");
  if (health.dataset.health !== "rests") health.dataset.health = HEALTH[state.state] ?? "none";
  for (const place of card.querySelectorAll("[data-figure]")) {
    const figure = told(at(state, place.dataset.figure));
    place.textContent = place.dataset.unit && figure !== "–" ? `${figure} ${place.dataset.unit}` : figure;
  }
  const refused = card.querySelector("[data-refused]"), dead = state.outbox?.dead ?? 0;
  if (dead) refused.hidden = false;
  refused.querySelector("[data-dead]").textContent = dead ? `: ${told(dead)}` : "";
  const error = card.querySelector("[data-error]");
  error.hidden = !state.error;
  card.querySelector("[data-error-words]").textContent = state.error?.words ?? "";
  card.querySelector("[data-error-remedy]").textContent = state.error?.remedy ?? "";
  card.querySelector("[data-missing]")?.replaceChildren(...Object.entries(state.missing ?? {}).map(([tag, why]) => {
    const item = document.createElement("li");
    item.textContent = `${tag}: ${why}`;
    return item;
  }));
};

const clocks = document.querySelector("[data-clocks]");
const showClocks = () => {
  const items = [...heard].filter(([, { state }]) => typeof state.skew === "number").map(([name, { state }]) => {
    const item = document.createElement("li"), wrong = state.skew_wrong || Math.abs(state.skew) > 5;
    const words = wrong ? `${Math.abs(state.skew).toFixed(1)} ${state.skew > 0 ? clocks.dataset.ahead : clocks.dataset.behind}` : clocks.dataset.right;
    item.textContent = `${wrong ? "⚠" : "✓"} ${name}: ${words}`;
    return item;
  });
  clocks.replaceChildren(...items);
};

const showAll = () => {
  for (const card of document.querySelectorAll("[data-source]")) {
    const known = heard.get(card.dataset.source);
    if (!known) continue;
    show(card, known.state);
    if (Date.now() - known.at > SILENT) card.querySelector(".health").dataset.health = "old";
  }
  if (clocks) showClocks();
};

document.addEventListener("plant:states", (event) => {
  for (const [name, state] of Object.entries(event.detail)) heard.set(name, { state, at: Date.now() });
  showAll();
});
document.addEventListener("htmx:afterSwap", showAll);
setInterval(showAll, 5000);
