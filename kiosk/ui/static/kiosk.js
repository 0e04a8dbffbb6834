// Starts what the current page needs. Pages work without any of it, only less comfortably.

import { chime } from "./chime.js";
import { watchDoor } from "./door.js";
import { fitScreen } from "./fit.js";
import { watchIdle } from "./idle.js";
import { followJob } from "./job.js";
import { attachKeys } from "./keys.js";
import { guard } from "./guard.js";
import { watchPulse } from "./pulse.js";
import { watchScanner } from "./scan.js";

document.documentElement.classList.add("js");
guard();
fitScreen();
watchDoor();
attachKeys();
watchScanner();
followJob();
watchIdle();
watchPulse();
chime();
