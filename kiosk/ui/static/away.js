// The page that stands in while nobody serves the screens: it asks until somebody does again.

import { guard } from "./guard.js";

const ASK_MS = 1000;

guard();

async function ask() {
  try {
    const answer = await fetch("/health", { cache: "no-store" });
    if (answer.ok) return location.replace("/");
  } catch {
    // Still away.
  }
  setTimeout(ask, ASK_MS);
}

ask();
