// Steppers, file fields, copying, and focus on what needs mending.

const stepBy = (input, direction) => {
  const step = Number(input.step) || 1;
  const least = input.min === "" ? -Infinity : Number(input.min);
  const most = input.max === "" ? Infinity : Number(input.max);
  const next = Math.min(most, Math.max(least, (Number(input.value) || 0) + direction * step));
  if (String(next) === input.value) return;
  input.value = String(next);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

const copy = async (button) => {
  const source = button.parentElement.querySelector("[data-copy-source]");
  const words = button.querySelector("span");
  const before = words.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent);
    words.textContent = button.dataset.copied;
    announce(button.dataset.copied);
    setTimeout(() => { words.textContent = before; }, 2000);
  } catch {
    // Without https there is no clipboard: mark the text, so that Ctrl-C takes it.
    getSelection().selectAllChildren(source);
    source.focus();
  }
};

const sized = (bytes) =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;

const showChosen = (input) => {
  const frame = input.closest("[data-file-drop]");
  const chosen = frame.querySelector(".file-drop-chosen");
  const most = Number(frame.dataset.maxBytes) || Infinity;
  const tooBig = [...input.files].some((file) => file.size > most);
  input.setCustomValidity(tooBig ? frame.dataset.tooBig : "");
  frame.classList.toggle("wrong", tooBig);
  frame.classList.toggle("chosen", input.files.length > 0 && !tooBig);
  chosen.textContent = [...input.files].map((file) => `${file.name} (${sized(file.size)})`).join(", ");
  if (tooBig) {
    chosen.textContent += ` — ${frame.dataset.tooBig} (${sized(most)})`;
    announce(frame.dataset.tooBig);
  }
};

export const announce = (words) => {
  const announcer = document.getElementById("announcer");
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = words; });
};

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) stepBy(step.closest("[data-stepper]").querySelector("input"), Number(step.dataset.step));
  const copier = event.target.closest("[data-copies]");
  if (copier) copy(copier);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-file-drop] input[type=file]")) showChosen(event.target);
});

document.addEventListener("submit", (event) => {
  // Forms are `novalidate` so that the server's sentences are shown; a file too big need not travel first.
  const tooBig = event.target.querySelector?.("[data-file-drop].wrong input");
  if (!tooBig) return;
  event.preventDefault();
  tooBig.focus();
});

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.target.closest?.("[data-file-drop]")?.classList.toggle("over", name === "dragover");
  });
}

const focusOnErrors = (root) => root.querySelector?.("[data-takes-focus]")?.focus();
focusOnErrors(document);
document.addEventListener("htmx:afterSwap", (event) => focusOnErrors(event.target));
