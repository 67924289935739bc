// What every page uses. Modules, no build step, no inline script.
import "./dialog.js";
import "./size.js";
import "./entry.js";
import "./live.js";
import "./scan.js";

// Where tabs do not fit, the one that is open is in sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});
