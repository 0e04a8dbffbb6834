// Follows a print job to its end. The words are in the page; here they are only chosen.

import { leave } from "./guard.js";

const POLL_MS = 300;
const WAITING = ["requested", "claimed"];
const DONE = 100;

const BETWEEN_MS = 900; // the paper drops, and the eye sees that one is done

export function followJob() {
  const next = document.getElementById("next-form");
  if (next) setTimeout(() => next.requestSubmit(), BETWEEN_MS);
  const job = document.getElementById("job");
  if (!job || next) return;
  const state = job.querySelector("[data-state]");
  const progress = document.getElementById("job-progress");
  const left = document.getElementById("job-left");
  let whole = Math.max(Number(job.dataset.seconds), 1);

  function show(now) {
    const known = [...WAITING, "sending", "printed"].includes(now.state) ? now.state : "ended";
    if (state.dataset.state !== now.state) {
      state.dataset.state = now.state;
      for (const each of state.querySelectorAll("[data-says]")) {
        each.hidden = each.dataset.says !== known;
      }
    }
    whole = Math.max(whole, now.seconds_left);
    // It stops short of the end until the printer has said so.
    const part = WAITING.includes(now.state) ? 0 : (whole - now.seconds_left) / whole;
    progress.value = now.state === "printed" ? DONE : Math.min(95, 4 + part * 91);
    document.getElementById("job-seconds").textContent = now.seconds_left;
    left.hidden = !now.seconds_left;
  }

  async function poll() {
    try {
      const answer = await fetch(job.dataset.address, { cache: "no-store" });
      if (answer.ok) {
        const now = await answer.json();
        show(now);
        const isOpen = [...WAITING, "sending"].includes(now.state);
        if (!isOpen) leave(() => location.replace(job.dataset.next));
      } else if (answer.status === 404) leave(() => location.replace("/"));
    } catch {
      // The server is away; the pulse says so and this goes on asking.
    }
    setTimeout(poll, POLL_MS);
  }

  poll();
}
