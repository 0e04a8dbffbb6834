// Ends a visit that nobody continues: asks first, then forgets. Printing has no timer.

import { leave } from "./guard.js";
import { isReading } from "./scan.js";

const TICK_MS = 1000;
const ALIVE = ["pointerdown", "keydown", "input"];

export function watchIdle() {
  const { page, idleS, countdownS, doneS } = document.body.dataset;
  if (page === "take") countDone(Number(doneS));
  else if (page === "attract" || page === "out") watchFirst(Number(idleS));
  else if (document.getElementById("idle")) watchVisit(Number(idleS), Number(countdownS));
}

// Whether somebody chose how to read, so that the page is no longer as the next one expects it.
export function isChosen() {
  const { language, homeLanguage } = document.body.dataset;
  const { size, theme } = document.documentElement.dataset;
  return language !== homeLanguage || size !== "normal" || theme !== "light";
}

function submit(id) {
  leave(() => document.getElementById(id).requestSubmit());
}

function watchVisit(idleS, countdownS) {
  const dialog = document.getElementById("idle");
  const shown = document.getElementById("idle-seconds");
  let quietSince = Date.now();

  function stay() {
    quietSince = Date.now();
    if (dialog.open) dialog.close();
  }

  for (const name of ALIVE) {
    document.addEventListener(name, () => {
      if (!dialog.open) quietSince = Date.now();
    });
  }
  document.getElementById("idle-more").addEventListener("click", stay);
  dialog.addEventListener("cancel", stay);
  setInterval(() => {
    if (isReading()) return;
    const quietS = (Date.now() - quietSince) / 1000;
    if (quietS >= idleS + countdownS) submit("idle-finish");
    else if (quietS >= idleS) {
      if (!dialog.open) {
        for (const other of document.querySelectorAll("dialog[open]")) other.close();
        dialog.showModal();
      }
      shown.textContent = Math.ceil(idleS + countdownS - quietS);
    }
  }, TICK_MS / 4);
}

// Nobody has begun; all there is to forget is how the last person wanted to read.
function watchFirst(idleS) {
  if (!isChosen()) return;
  let quietSince = Date.now();
  for (const name of ALIVE) document.addEventListener(name, () => (quietSince = Date.now()));
  setInterval(() => {
    if (Date.now() - quietSince >= idleS * 1000 && !isReading()) submit("idle-finish");
  }, TICK_MS);
}

function countDone(doneS) {
  const shown = document.getElementById("done-seconds");
  const endsAt = Date.now() + doneS * 1000;
  setInterval(() => {
    const left = Math.ceil((endsAt - Date.now()) / 1000);
    shown.textContent = Math.max(0, left);
    if (left <= 0 && !isReading()) submit("done-form");
  }, TICK_MS / 4);
}
