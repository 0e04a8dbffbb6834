// Starts what the current page needs. Pages work without any of it, only less comfortably.

import { chime } from "./chime.js";
import { countChosen } from "./choose.js";
import { watchDoor } from "./door.js";
import { fitScreen } from "./fit.js";
import { watchIdle } from "./idle.js";
import { followJob } from "./job.js";
import { attachKeys } from "./keys.js";
import { guard } from "./guard.js";
import { watchPulse } from "./pulse.js";
import { watchScanner } from "./scan.js";
import { followSlip } from "./slip.js";

document.documentElement.classList.add("js");
guard();
fitScreen();
watchDoor();
attachKeys();
countChosen();
watchScanner();
followJob();
followSlip();
watchIdle();
watchPulse();
chime();

// Fails where a browser has none, such as a private window of some: then it is only less comfortable.
navigator.serviceWorker
  ?.register(new URL("worker.js", import.meta.url), { scope: "/" })
  .catch(() => {});
