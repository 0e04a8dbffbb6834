// Looks at the emulated printers again and again, shows them, and breaks or mends them.

import { showReceipts } from "./receipts.js";
import { setText } from "./words.js";
import { showTray } from "./tray.js";

const LOOK_MS = 400;
const FORGIVEN = 3; // looks in a row that may fail before the demo counts as stopped

const here = document.body.dataset.here;
const printer = document.getElementById("printer");
const gone = document.getElementById("gone");
const faults = [...document.querySelectorAll("[data-fault]")];
const choices = [...document.querySelectorAll("[data-which]")];
let which = "sticker"; // the printer that the fault buttons are about
let latest = null;
let failed = 0;
let asked = 0; // a look that began before a button was pressed shows what is no longer so

export function watchPrinter() {
  for (const button of faults) button.addEventListener("click", () => toggle(button));
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => order({ do: button.dataset.do }));
  }
  for (const choice of choices) choice.addEventListener("click", () => choose(choice));
  look();
}

function choose(chosen) {
  which = chosen.dataset.which;
  for (const choice of choices) choice.setAttribute("aria-pressed", String(choice === chosen));
  if (latest) show(latest);
}

function toggle(button) {
  const spec = button.dataset.fault;
  const isSet = button.getAttribute("aria-pressed") === "true";
  order(isSet ? { do: "mend", fault: spec.split("@")[0] } : { do: "inject", fault: spec });
}

async function order(what) {
  asked += 1;
  const answer = await fetch(`${here}printer/${which}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Demo": "1" },
    body: JSON.stringify(what),
  });
  if (answer.ok) show(await answer.json());
}

async function look() {
  const mine = asked;
  try {
    const answer = await fetch(`${here}state`, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    if (mine === asked) show(state);
    failed = 0;
    if (gone.open) location.reload(); // another start of the demo has other cards
  } catch {
    failed += 1;
    if (failed >= FORGIVEN && !gone.open) gone.showModal();
  }
  setTimeout(look, LOOK_MS);
}

function show(state) {
  latest = state;
  printer.dataset.light = state.light;
  printer.dataset.roll = state.roll;
  printer.classList.toggle("printer--open", state.cover_open);
  setText("said-th", state.said.th);
  setText("said-en", state.said.en);
  for (const button of faults) {
    const { faults: set } = which === "receipt" ? state.receipt : state;
    button.setAttribute("aria-pressed", String(set.includes(button.dataset.fault)));
  }
  showTray(state);
  showReceipts(state.receipt);
}
