// Everything that pages do in the browser. Each module binds to data-* attributes, by delegation
// where it can, so that swapped-in parts work as well. Without scripts every page still works.
import "./requests.js";
import "./surfaces.js";
import "./look.js";
import "./copy.js";
import "./composer.js";
import "./files.js";
import "./presence.js";
import "./live.js";
import "./rows.js";
import "./push.js";
import "./palette.js";
import "./keys.js";
