// The clerk's new order: a scan adds a line or one more to it, a chosen customer fills the fields.
const form = document.querySelector(".order-entry");
const find = form.querySelector("#find");
const lines = form.querySelector("#lines");

// Enter in the search field is the scanner's last key, not the order's.
find.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  find.dispatchEvent(new CustomEvent("scanned", { bubbles: true }));
});

form.addEventListener("click", (event) => {
  const out = event.target.closest("[data-takes-out]");
  if (out) {
    out.closest("li").remove();
    find.focus();
  }
  const chosen = event.target.closest("[data-chooses-customer]");
  if (chosen) {
    const fields = form.elements;
    fields.customer.value = chosen.dataset.id;
    fields.name.value = chosen.dataset.name;
    fields.phone.value = chosen.dataset.phone;
    fields.address.value = chosen.dataset.address;
    form.querySelector("#customers-found").replaceChildren();
    fields.phone.focus();
  }
});

// Another name is another customer.
form.elements.name.addEventListener("input", () => {
  form.elements.customer.value = "";
});

// The same product without a wish again is one more of its line.
form.addEventListener("htmx:afterSettle", () => {
  const added = form.querySelector("[data-added]");
  if (!added) return;
  const id = added.dataset.added;
  added.remove();
  const same = [...lines.querySelectorAll(`li[data-variant="${id}"]`)];
  const last = same.pop();
  const before = same.find((line) => line.querySelector("[name=wording]").value === "");
  if (last && before) {
    const box = before.querySelector("[name=quantity]");
    box.value = Number(box.value || 0) + Number(last.querySelector("[name=quantity]").value || 1);
    last.remove();
  }
  find.value = "";
  find.focus();
});
