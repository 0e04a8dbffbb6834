// Keeps the page a kiosk: no menu, no dragging, no zooming, one step at a time.

const CLICK_MS = 300; // a touch becomes a click a moment after the finger is up

export function guard() {
  for (const name of ["contextmenu", "dragstart", "drop", "gesturestart"]) {
    document.addEventListener(name, (event) => event.preventDefault());
  }
  document.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey) event.preventDefault();
    },
    { passive: false },
  );
  document.addEventListener("selectstart", (event) => {
    if (!event.target.parentElement?.closest("input") && !event.target.matches?.("input")) {
      event.preventDefault();
    }
  });
  document.addEventListener("keydown", keepHere, { capture: true });
  document.addEventListener("submit", sendOnce);
  watchHands();
  // A page that comes back out of the browser's memory may belong to a visit that is over.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

// A keyboard that somebody plugs in opens no window, no zoom, no page of before.
function keepHere(event) {
  const { code, key } = event;
  const isChord = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (isChord || /^F[0-9]+$/.test(code) || /^(Browser|Launch)/.test(key)) event.preventDefault();
}

let step = null; // takes the step that is on its way once more
let isOwn = false; // whether it is the page's own step, which gives way to a person's
let isGoing = false;
let isPressed = false;

// The server takes a second tap for the first one; this spares it the question.
function sendOnce(event) {
  const { target: form, submitter } = event;
  if (form.method === "dialog") return;
  if (step && !isOwn) return event.preventDefault();
  begin(() => form.requestSubmit(submitter), false);
  form.classList.add("is-sent");
}

function watchHands() {
  window.addEventListener("beforeunload", () => (isGoing = true));
  document.addEventListener("pointerdown", press, { capture: true });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, () => setTimeout(() => (isPressed = false), CLICK_MS), {
      capture: true,
    });
  }
}

// The page stays under the finger: what it was about to do by itself is asked for again later.
function press() {
  isPressed = true;
  if (!step || !isOwn) return;
  window.stop();
  step = null;
  isGoing = false;
}

export function isSent() {
  return step !== null;
}

// Whether another page is on its way, by whatever hand.
export function isLeaving() {
  return isSent() || isGoing;
}

export function sendAgain() {
  const again = step;
  step = null;
  again();
}

// Leaves the page by itself, unless somebody is about to: their step would be lost. Ask again later.
export function leave(go) {
  if (isPressed || isLeaving()) return;
  begin(go, true);
  go();
}

function begin(go, isOurs) {
  step = go;
  isOwn = isOurs;
}
