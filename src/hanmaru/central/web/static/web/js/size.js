// The text size changes at once; the server remembers it by the cookie that its own answer sets.

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-size-switch]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const size = event.submitter.value;
  document.documentElement.dataset.size = size;
  for (const button of document.querySelectorAll("[data-size-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === size));
  }
  await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
});
