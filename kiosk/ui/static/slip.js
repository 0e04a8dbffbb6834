// Shows the page anew when the slip it waits for has come out, or will not.

import { leave } from "./guard.js";

const POLL_MS = 300;

export function followSlip() {
  if (!document.getElementById("slip")) return;

  async function poll() {
    try {
      const answer = await fetch("/status/slip", { cache: "no-store" });
      if (!answer.ok || !(await answer.json()).is_open) {
        leave(() => location.replace("/status"));
      }
    } catch {
      // The server is away; the pulse says so and this goes on asking.
    }
    setTimeout(poll, POLL_MS);
  }

  poll();
}
