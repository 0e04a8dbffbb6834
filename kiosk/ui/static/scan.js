// Tells a scanner from a person. A scanner is a keyboard that types a whole code in a moment and
// ends with Enter. Under a Thai layout its keys give Thai letters, so the physical key is read.

import { isLeaving, isSent, sendAgain } from "./guard.js";

const LONGEST_GAP_MS = 60; // between two keys of a scanner; fast typists need about 80
const SHORTEST_CODE = 6; // fewer keys in a row happen by hand
const CODE_MARK = "DLT1:"; // a signed collection code says what it is, with or without Enter
const SILENCE_MS = 400; // after which a code without Enter counts as whole

const PLAIN = {
  Space: " ", Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Backslash: "\\",
  Semicolon: ";", Quote: "'", Comma: ",", Period: ".", Slash: "/", Backquote: "`",
  NumpadAdd: "+", NumpadSubtract: "-", NumpadMultiply: "*", NumpadDivide: "/", NumpadDecimal: ".",
};
const SHIFTED = {
  Digit1: "!", Digit2: "@", Digit3: "#", Digit4: "$", Digit5: "%", Digit6: "^", Digit7: "&",
  Digit8: "*", Digit9: "(", Digit0: ")", Minus: "_", Equal: "+", BracketLeft: "{",
  BracketRight: "}", Backslash: "|", Semicolon: ":", Quote: '"', Comma: "<", Period: ">",
  Slash: "?", Backquote: "~", Space: " ",
};

// The character a US keyboard would have typed: scanners are set to it from the factory.
export function decode(event) {
  const { code, shiftKey } = event;
  if (/^Key[A-Z]$/.test(code)) return shiftKey ? code[3] : code[3].toLowerCase();
  if (shiftKey && code in SHIFTED) return SHIFTED[code];
  if (/^(Digit|Numpad)[0-9]$/.test(code)) return code.at(-1);
  if (code in PLAIN) return PLAIN[code];
  return code === "" && event.key.length === 1 ? event.key : null;
}

// What was read so far: by physical key, and by the keyboard's layout.
let text = "";
let typed = "";
let lastAt = 0;
let silence = 0;
let isStopped = false;
let field = null;
let before = "";

// Whether a code is coming in: what leaves the page by itself waits for its end.
export function isReading() {
  return text !== "" && performance.now() - lastAt < SILENCE_MS;
}

export function watchScanner() {
  const form = document.getElementById("scan-form");
  if (!form) return;

  function open(scanned) {
    document.getElementById("scan-text").value = scanned;
    if (isSent()) form.submit();
    else form.requestSubmit();
  }

  function take(scanned) {
    // Two steps at once would race, and the later may carry the token of a visit that is over.
    if (isLeaving() && worker()) worker().postMessage({ held: scanned });
    else open(scanned);
  }

  document.addEventListener("keydown", (event) => hear(event, take), { capture: true });
  for (const { event, value } of window.earlyKeys.splice(0)) hear(event, take, value);
  if (!worker()) return;
  navigator.serviceWorker.onmessage = ({ data }) => open(data.held);
  worker().postMessage({});
}

// What stands between the page and the server; missing in a browser's very first moment.
function worker() {
  return navigator.serviceWorker?.controller;
}

function hear(event, take, value = event.target.value) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  clearTimeout(silence);
  const isBurst = event.timeStamp - lastAt <= LONGEST_GAP_MS;
  if (event.key === "Enter" || event.key === "Tab") {
    if (isBurst && text.length >= SHORTEST_CODE) {
      event.preventDefault();
      event.stopPropagation();
      end(take);
    } else forget();
    return goOn();
  }
  const character = decode(event);
  if (character === null) return;
  if (!isBurst || text === "") {
    forget();
    field = event.target.matches?.("input[data-keys]") ? event.target : null;
    before = field ? value : "";
  }
  text += character;
  typed += event.key.length === 1 ? event.key : character;
  lastAt = event.timeStamp;
  if (isBurst && isSent() && worker()) {
    // The next page would hear the rest only.
    window.stop();
    isStopped = true;
  }
  silence = setTimeout(fallSilent, SILENCE_MS, take);
}

function fallSilent(take) {
  if (likelier(text, typed).startsWith(CODE_MARK) && text.length > 40) end(take);
  goOn();
}

// Takes the step that was stopped, after all.
function goOn() {
  if (isStopped) sendAgain();
  isStopped = false;
}

function forget() {
  text = typed = "";
}

function end(take) {
  const scanned = likelier(text, typed);
  forget();
  if (field && isTyped(field, scanned)) return fill(field, before, scanned);
  if (field) restore(field, before);
  take(scanned);
}

// Under a Thai layout some key gives a Thai letter; without one, the layout's own word counts, as
// it knows the state of Shift and Caps Lock better than the key does.
function likelier(text, typed) {
  return /^[\x20-\x7e]*$/.test(typed) ? typed : text;
}

// A scanned card number belongs into the field it was scanned into; a code does not.
function isTyped(field, text) {
  if (field.name === "owner_id") return /^([0-9]{13}|[A-Za-z0-9]{6,9})$/.test(text);
  return field.name === "reference" && text.length <= 24 && !/[:/]/.test(text);
}

function fill(field, before, text) {
  restore(field, before + text.toUpperCase());
  const empty = [...field.form.querySelectorAll("input[data-keys]")].find((each) => !each.value);
  (empty ?? field.form.querySelector("[data-testid=continue]")).focus();
}

function restore(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
