// All nodes that a device told, or none: five thousand are not ticked one by one. Within a folder: all that stands in it.
const buttons = document.querySelector("[data-choose-all]");
if (buttons) buttons.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-choose]"), wanted = button?.dataset.choose;
  const within = button?.closest("details") ?? document.querySelector(".nodes");
  if (wanted) for (const box of within.querySelectorAll("input[name=node]")) box.checked = wanted === "all";
});
