// All nodes that a device told, or none: five thousand are not ticked one by one.
const buttons = document.querySelector("[data-choose-all]");
if (buttons) buttons.hidden = false;
buttons?.addEventListener("click", (event) => {
  const wanted = event.target.closest("[data-choose]")?.dataset.choose;
  if (wanted) for (const box of document.querySelectorAll(".nodes input[name=node]")) box.checked = wanted === "all";
});
