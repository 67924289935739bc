// One EventSource a page. The server tells topics; regions that listen to one are fetched anew.
// Message: data is JSON {"topic": "stock"}. Regions: <div data-live="stock products" hx-trigger="live" ...>.
import { announce } from "./entry.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15000;
const HIDDEN_FOR = 10000;

const address = document.body.dataset.liveUrl;
let wait = FIRST_WAIT;
let lost = false;
let source;
let again;
let leaving;

const show = (state) => {
  for (const light of document.querySelectorAll("[data-live-light]")) light.dataset.state = state;
};

const busy = (region) => region.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

// What changes while a region is being fetched may not be in the answer, and the region that asked is replaced by it:
// the new one asks once more.
const missed = new Set();
const ask = (region) => {
  if (region.matches(".htmx-request, .htmx-added, .htmx-settling")) missed.add(region.id);
  else htmx.trigger(region, "live");
};

const refresh = (wanted) => {
  for (const region of document.querySelectorAll("[data-live]")) {
    if (!wanted || region.dataset.live.split(" ").includes(wanted)) {
      if (busy(region)) region.dataset.stale = "yes";
      else ask(region);
    }
  }
};

const listen = () => {
  clearTimeout(again);
  source?.close();
  // The first stream asks for what changed since the page was made; later ones look at everything once.
  source = new EventSource(lost ? address : `${address}?since=${document.body.dataset.liveSince}`);
  source.onopen = () => {
    wait = FIRST_WAIT;
    show("live");
    // What was told while the line was down is not told again: look at everything once.
    if (lost) refresh(null);
    lost = false;
  };
  source.onmessage = (event) => refresh(JSON.parse(event.data).topic);
  source.onerror = () => {
    source.close();
    lost = true;
    show("lost");
    again = setTimeout(listen, wait * (0.75 + Math.random() / 2));
    wait = Math.min(LONGEST_WAIT, wait * 2);
  };
};

const stop = () => {
  clearTimeout(again);
  source?.close();
  source = undefined;
  lost = true;
};

// A browser opens six connections to a host and no more: tabs nobody looks at give theirs back.
const watch = () => {
  clearTimeout(leaving);
  if (document.hidden) leaving = setTimeout(stop, HIDDEN_FOR);
  else if (!source) listen();
};

if (address) {
  listen();
  document.addEventListener("visibilitychange", watch);
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => { if (event.persisted) watch(); });
}

document.addEventListener("focusout", (event) => {
  const region = event.target.closest?.("[data-live][data-stale]");
  if (!region || region.contains(event.relatedTarget)) return;
  delete region.dataset.stale;
  ask(region);
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (missed.delete(event.target.id)) ask(event.target);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const label = event.target.dataset?.liveLabel;
  if (label) announce(label);
});
