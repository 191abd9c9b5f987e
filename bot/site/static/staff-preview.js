// Draws a preview with the widget's own code; without JavaScript its text stands there.

import { reply } from "./iop-chat/render.js";
import { languages } from "./iop-chat/strings.js";

for (const place of document.querySelectorAll(".widget")) {
  const style = document.createElement("link");
  Object.assign(style, { rel: "stylesheet", href: "/static/iop-chat/iop-chat.css" });
  const drawn = reply(JSON.parse(place.dataset.messages), languages.en, { choose() {} });
  for (const button of drawn.querySelectorAll("button")) button.disabled = true;
  const log = document.createElement("div");
  log.className = "log";
  log.append(drawn);
  place.attachShadow({ mode: "open" }).append(style, log);
}
