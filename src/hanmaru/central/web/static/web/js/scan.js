// Scan screens: the field owns the focus, scans go out one after the other, answers replace the step and sound.
import { mute, muted, play } from "./tones.js";
import { ScanQueue } from "./queue.js";

const form = document.querySelector("form[data-scans]");

const start = () => {
  const field = form.querySelector("#scan-code");
  const step = document.getElementById("step");
  const waiting = document.getElementById("scan-waiting");
  const counter = document.getElementById("scan-count");
  const countKey = `hanmaru-count:${form.action}`;
  const chosen = "input, textarea, select";

  // ---- focus: kept by the field unless a dialog is open or the person chose another input
  const own = () => {
    if (document.querySelector("dialog[open]")) return;
    if (document.activeElement !== field && document.activeElement?.matches(chosen)) return;
    field.focus({ preventScroll: true });
  };
  const ownSoon = () => setTimeout(own, 0);

  // ---- the screen
  const count = (more) => {
    const total = Number(sessionStorage.getItem(countKey) ?? 0) + more;
    sessionStorage.setItem(countKey, String(total));
    counter.textContent = String(total);
  };
  const say = (words) => {
    const text = document.createElement("p");
    text.className = "scan-text";
    text.textContent = words;
    const box = document.createElement("div");
    box.className = "scan-say tone-stop";
    box.append(text);
    step.querySelector(".scan-say")?.remove();
    step.prepend(box);
    play("stop");
  };
  const show = (html) => {
    htmx.swap(step, html, { swapStyle: "innerHTML" });
    const outcome = step.querySelector("[data-outcome]")?.dataset.outcome;
    play(outcome);
    if (outcome === "ok") count(1);
    own();
  };

  // ---- sending: the body is frozen at the first try, so that a second one is the same request
  const handle = async (answer) => {
    if (answer.redirected || answer.status === 401 || answer.status === 403) {
      say(form.dataset.saysLogin);
      return "stay";
    }
    const text = await answer.text();
    if (text.includes("data-outcome")) show(text);
    else if (answer.ok) location.assign(answer.headers.get("HX-Redirect") ?? location.href);
    else say(form.dataset.saysAgain);
    return "done";
  };
  const send = async (scan, keep) => {
    if (!scan.body) {
      const body = new FormData(form);
      for (const name of ["code", "idempotency_key", "scanned_at"]) body.set(name, scan[name]);
      body.delete("csrfmiddlewaretoken");
      scan.body = [...body];
      keep();
    }
    const token = form.elements.csrfmiddlewaretoken.value;
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": token, "HX-Request": "true" },
      body: new URLSearchParams(scan.body),
    });
    return { answer, handle };
  };
  const queue = new ScanQueue(new URL(form.action).pathname, {
    send,
    changed: (length) => {
      waiting.hidden = length === 0;
      waiting.querySelector("b").textContent = String(length);
    },
  });

  const take = () => {
    const code = field.value.trim();
    field.value = "";
    if (code) queue.add(code);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take();
  });
  field.addEventListener("keydown", (event) => {
    // The form submits by itself only while the field is its one input; a step may bring a quantity.
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      take();
    }
    // Many scanners end with Tab instead of Enter.
    if (event.key === "Tab" && !event.shiftKey && field.value) {
      event.preventDefault();
      take();
    }
  });
  document.addEventListener("keydown", (event) => {
    const printable = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    const onButton = event.key === " " && document.activeElement?.matches("button, a, summary");
    if (printable && !onButton) own();
  }, { capture: true });
  document.addEventListener("focusout", (event) => {
    // Tab and the keyboard may leave the field; a vanished or blurred one comes back.
    if (!event.relatedTarget) ownSoon();
  });
  document.addEventListener("click", ownSoon);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== step) return;
    play(step.querySelector("[data-outcome]")?.dataset.outcome);
    ownSoon();
  });
  document.addEventListener("close", ownSoon, { capture: true });
  addEventListener("pageshow", ownSoon);

  // ---- sound and typing by hand
  const muter = document.querySelector("[data-mutes]");
  const showMuted = () => muter.setAttribute("aria-pressed", String(muted()));
  muter.addEventListener("click", () => {
    mute(!muted());
    showMuted();
    play("ok");
  });
  const byHand = form.querySelector("[data-types-by-hand]");
  byHand.addEventListener("click", () => {
    const typing = field.inputMode === "none";
    field.inputMode = typing ? "text" : "none";
    byHand.setAttribute("aria-pressed", String(typing));
    field.blur();
    field.focus();
  });

  showMuted();
  count(0);
  own();
  queue.work();
};

if (form) start();
