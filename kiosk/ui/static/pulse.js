// Notices that the server was away or that a waiting screen is outdated, and mends the page.

import { leave } from "./guard.js";
import { isChosen } from "./idle.js";
import { isReading } from "./scan.js";

const PULSE_MS = 2000;
const FORGIVEN = 1; // pulses missed before the visitor is told

export function watchPulse() {
  const { page, stamp } = document.body.dataset;
  const away = document.getElementById("away");
  if (!away) return;
  const boot = stamp.split("/")[0];
  // A first screen that somebody set up is left alone: its idle timer must run out undisturbed.
  // Only what closes the kiosk is shown all the same.
  const isFirst = page === "attract";
  const isWaiting = page === "out" || (isFirst && !isChosen());
  let missed = 0;

  async function beat() {
    try {
      const answer = await fetch("/health", { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      missed = 0;
      if (isReading()) return;
      const isShown = isWaiting || (isFirst && !now.is_ready);
      if (now.boot !== boot || (isShown && now.stamp !== stamp)) {
        leave(() => location.replace("/"));
      } else if (away.open) away.close();
    } catch {
      missed += 1;
      if (missed > FORGIVEN && !away.open) away.showModal();
    }
  }

  setInterval(beat, PULSE_MS);
  const clock = document.getElementById("clock");
  if (!clock) return;
  const bangkok = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Bangkok", hour: "2-digit", minute: "2-digit",
  });
  setInterval(() => (clock.textContent = bangkok.format(new Date())), 1000);
}
