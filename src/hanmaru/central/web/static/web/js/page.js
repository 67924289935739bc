// What every page uses. Modules, no build step, no inline script.
import "./dialog.js";
import "./size.js";
import "./entry.js";
import "./live.js";
import "./scan.js";
