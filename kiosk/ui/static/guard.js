// Keeps the page a kiosk: no menu, no dragging, no zooming, one submission a form.

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

let sent = null; // the form whose answer is on its way, and the button it was sent with

// The server takes a second tap for the first one; this spares it the question.
function sendOnce(event) {
  const form = event.target;
  if (form.method === "dialog") return;
  if (sent) return event.preventDefault();
  sent = { form, by: event.submitter };
  form.classList.add("is-sent");
}

export function isSent() {
  return sent !== null;
}

export function sendAgain() {
  const { form, by } = sent;
  sent = null;
  form.requestSubmit(by);
}
