// The technician's desk: keys on the screen, a live view of the machine, and questions that follow
// from answers. Every form works without any of it, given a keyboard.

import { leave } from "./guard.js";
import { decode } from "./scan.js";

const LIVE_MS = 1000;
const LAYOUTS = {
  number: ["123", "456", "789", "0"],
  full: ["1234567890", "ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZ-"],
  words: ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm-"],
};

watchMachine();
attachPad();
attachSteppers();
followAnswers();
openAskedFor();

// ---- live: the page is loaded anew when it shows something outdated, never while one types ----

function watchMachine() {
  const page = document.querySelector("[data-live]");
  const shown = page?.dataset.live;
  if (!shown) return;
  let isTouched = false;
  document.addEventListener("input", () => (isTouched = true));
  setInterval(async () => {
    try {
      const answer = await fetch("/technician/state", { cache: "no-store" });
      if (answer.status === 401) return leave(() => location.replace("/technician/"));
      const { stamp } = await answer.json();
      if (stamp !== shown && !isTouched) leave(() => location.reload());
    } catch {
      // The server is away; the pulse says so.
    }
  }, LIVE_MS);
}

// ---- keys ----

function attachPad() {
  const pad = document.getElementById("pad");
  const fields = [...document.querySelectorAll("input[data-pad]")];
  if (!pad || !fields.length) return;
  const isHere = pad.classList.contains("pad--here");
  let active = null;

  function activate(field) {
    active = field;
    draw(pad, field.dataset.pad, isHere);
    pad.hidden = false;
    if (isHere) return;
    document.body.classList.add("has-pad");
    field.scrollIntoView({ block: "center" });
  }

  function close() {
    if (isHere) return;
    pad.hidden = true;
    document.body.classList.remove("has-pad");
    active?.blur();
  }

  for (const field of fields) {
    field.addEventListener("focus", () => activate(field));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") goOn(event, field, fields);
      else typeAsUs(event, field);
    });
  }
  // A finger on a key must not take the focus out of the field.
  pad.addEventListener("pointerdown", (event) => event.preventDefault());
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key || !active) return;
    if (key.dataset.act === "done") close();
    else if (key.dataset.act === "delete") put(active, active.value.slice(0, -1));
    else if (active.value.length < active.maxLength) put(active, active.value + key.dataset.key);
  });
  // On click, not before it: the page grows shorter, and the finger must hit what it was put on.
  // A field scrolls from under the finger that touched it: then it is no target, but has the focus.
  document.addEventListener("click", (event) => {
    if (document.activeElement === active && active !== null) return;
    if (!event.target.closest(".pad, input[data-pad], label")) close();
  });
  fields.find((field) => "begin" in field.dataset)?.focus();
}

function put(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A scanner ends with Enter, which would send a form that is half filled in.
function goOn(event, field, fields) {
  const rest = fields.slice(fields.indexOf(field) + 1);
  const next = rest.find((each) => {
    return each.form === field.form && !each.value && each.name !== "note" && each.offsetParent;
  });
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// A scanner, or a keyboard, under a Thai layout: serials, badges and PINs are Latin.
function typeAsUs(event, field) {
  if (field.dataset.pad === "words" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key.length !== 1 || event.key.charCodeAt(0) < 128) return;
  const letter = decode(event);
  if (letter === null) return;
  event.preventDefault();
  if (field.value.length < field.maxLength) put(field, field.value + letter.toUpperCase());
}

function draw(pad, layout, isHere) {
  pad.classList.toggle("pad--number", layout === "number");
  pad.replaceChildren(...LAYOUTS[layout].map((row) => rowOf([...row].map(letterKey))));
  const last = pad.lastElementChild;
  const isWords = layout === "words";
  // No row takes three keys with words on them and leaves its letters wide enough.
  (isWords ? last.previousSibling : last).append(actKey(pad.dataset.labelDelete, null, "delete"));
  if (isWords) last.append(actKey(pad.dataset.labelSpace, " ", null));
  if (!isHere) last.append(actKey(pad.dataset.labelDone, null, "done"));
}

function rowOf(keys) {
  const row = document.createElement("div");
  row.className = "pad__row";
  row.append(...keys);
  return row;
}

function letterKey(letter) {
  const key = document.createElement("button");
  key.type = "button";
  key.className = "key";
  key.dataset.key = letter;
  key.textContent = letter;
  return key;
}

function actKey(label, letter, act) {
  const key = letterKey(letter ?? "");
  key.classList.add("key--act");
  if (act) key.dataset.act = act;
  key.textContent = label;
  return key;
}

// ---- steppers and questions ----

function attachSteppers() {
  for (const stepper of document.querySelectorAll(".stepper")) {
    const input = stepper.querySelector("input");
    const { least, most } = stepper.dataset;
    stepper.addEventListener("click", (event) => {
      const step = Number(event.target.closest("button")?.dataset.step ?? 0);
      if (!step) return;
      put(input, Math.min(Number(most), Math.max(Number(least), Number(input.value) + step)));
    });
  }
}

function followAnswers() {
  const form = document.getElementById("doubt");
  if (!form) return;
  function follow() {
    const seen = form.elements.seen.value;
    for (const part of form.querySelectorAll("[data-when]")) {
      part.hidden = seen !== "" && !part.dataset.when.split(" ").includes(seen);
    }
  }
  form.addEventListener("change", follow);
  follow();
}

// A link to a part that is folded up unfolds it.
function openAskedFor() {
  const open = () => {
    const part = document.querySelector(`details[id="${location.hash.slice(1)}"]`);
    if (part) part.open = true;
  };
  addEventListener("hashchange", open);
  open();
}
