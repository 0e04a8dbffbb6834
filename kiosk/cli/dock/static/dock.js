// Starts the dock: the screen's size, the cards, the printer beside it.

import { watchCards } from "./cards.js";
import { watchPrinter } from "./printer.js";
import { showTurned } from "./turn.js";

showTurned();
watchCards();
watchPrinter();

// Where there is room for the rarer faults nobody needs to unfold them.
const more = document.getElementById("more");
const panel = more.parentElement;
more.open = true;
more.open = panel.scrollHeight <= panel.clientHeight;
