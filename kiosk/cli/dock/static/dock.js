// Starts the dock: the screen's size, the cards, the printer beside it.

import { watchCards } from "./cards.js";
import { watchPrinter } from "./printer.js";
import { showTurned } from "./turn.js";

showTurned();
watchCards();
watchPrinter();
