/* The supervisor's page: the office now stays as it is; the figures of a period wait until they are asked for again. */

import { keepTime } from "./elapsed.js";
import { keepLive } from "./live.js";

keepLive({
  region: document.getElementById("supervisor-live"),
  url: "/supervisor/live",
  banner: document.querySelector("[data-stale]"),
});
keepTime();
