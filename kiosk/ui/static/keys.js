// The on-screen keys of the collect page, and the field that hides the owner's ID.

const GROUPS = [1, 4, 5, 2, 1]; // a national ID as it stands on the card
const DIGITS = 13;
const PAGES = ["full", "number", "plate", "vowels"];
const ABOVE_OR_BELOW = /^[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]/; // not seen without a letter

export function attachKeys() {
  const keys = document.getElementById("keys");
  if (!keys) return;
  addKeys(keys);
  const fields = [...document.querySelectorAll("input[data-keys]")];
  let active = fields.find((field) => "first" in field.dataset) ?? fields[0];

  function show(page) {
    for (const each of keys.querySelectorAll("[data-page-of]")) {
      each.hidden = each.dataset.pageOf !== page;
    }
  }

  function activate(field) {
    active = field;
    for (const each of fields) each.closest(".field").classList.toggle("is-active", each === field);
    const hasLetters = /[^0-9]/.test(field.value);
    show(field.dataset.keys === "number" && hasLetters ? "full" : field.dataset.keys);
  }

  for (const field of fields) field.addEventListener("focus", () => activate(field));
  // Who has no finger on the glass goes from a field to its keys, and from the last key on.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.defaultPrevented) return;
    const shown = [...keys.querySelectorAll("button")].filter((key) => key.offsetParent);
    const rest = fields.slice(fields.indexOf(active) + 1);
    const after = rest[0] ?? active.form.querySelector("[data-testid=continue]");
    const { target, shiftKey } = event;
    let next = null;
    if (!shiftKey && target === active) next = shown[0];
    else if (!shiftKey && target === shown.at(-1)) next = after;
    else if (shiftKey && target === shown[0]) next = active;
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  // A finger on a key must not take the focus out of the field, or a reader would lose its place.
  keys.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "" && event.target.closest("button")) event.preventDefault();
  });
  keys.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    const { act, letter } = key.dataset;
    if (PAGES.includes(act)) show(act);
    else if (letter) showNames(keys, letter);
    else if (key.closest(".provinces")) {
      active.value = key.textContent;
      (fields.find((field) => !field.value) ?? active).focus();
    } else press(active, key);
  });
  keys.hidden = false;
  hideId();
  showWhere();
  active.focus();
  activate(active);
}

// A page names its keys; a hundred buttons written out would be a quarter of its weight.
function addKeys(keys) {
  for (const page of keys.querySelectorAll("[data-letters]")) {
    page.prepend(...Array.from(page.dataset.letters, makeKey));
  }
  for (const list of keys.querySelectorAll("[data-names]")) {
    list.append(...list.dataset.names.split("|").map(makeKey));
  }
}

function makeKey(text) {
  const key = document.createElement("button");
  key.type = "button";
  key.className = "key";
  key.dataset.key = text;
  key.textContent = ABOVE_OR_BELOW.test(text) ? `อ${text}` : text;
  return key;
}

function showNames(keys, letter) {
  for (const each of keys.querySelectorAll("[data-letter]")) {
    each.setAttribute("aria-pressed", String(each.dataset.letter === letter));
  }
  for (const each of keys.querySelectorAll("[data-names-of]")) {
    each.hidden = each.dataset.namesOf !== letter;
  }
}

function press(field, key) {
  const { key: letter, act } = key.dataset;
  if (act === "clear") field.value = "";
  else if (act === "delete") field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += letter;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// The number is shown grouped; all but its last sign are dots until the person asks to see them.
function hideId() {
  const field = document.getElementById("owner-id");
  const shown = document.getElementById("owner-shown");
  const reveal = document.getElementById("reveal");
  const wrong = document.getElementById("owner-wrong");

  function draw() {
    const isShown = reveal.getAttribute("aria-pressed") === "true";
    const text = field.value.replace(/[\s-]/g, "");
    const dots = isShown ? text : "•".repeat(Math.max(0, text.length - 1)) + text.slice(-1);
    shown.textContent = /^[0-9]*$/.test(text) && text.length <= DIGITS ? grouped(dots) : dots;
    field.type = isShown ? "text" : "password";
    if (wrong) wrong.hidden = !(/^[0-9]{13}$/.test(text) && !hasRightCheckDigit(text));
  }

  reveal.hidden = false;
  reveal.addEventListener("click", () => {
    const isShown = reveal.getAttribute("aria-pressed") !== "true";
    reveal.setAttribute("aria-pressed", String(isShown));
    for (const each of reveal.querySelectorAll("[data-when]")) {
      each.hidden = each.dataset.when !== String(isShown);
    }
    draw();
  });
  field.addEventListener("input", draw);
  draw();
}

export function grouped(text) {
  const parts = [];
  let start = 0;
  for (const size of GROUPS) {
    parts.push(text.slice(start, start + size));
    start += size;
  }
  return parts.filter(Boolean).join("-");
}

// Told at the 13th digit, before a try is counted; the server judges again.
export function hasRightCheckDigit(text) {
  let sum = 0;
  for (let place = 0; place < DIGITS - 1; place += 1) sum += Number(text[place]) * (DIGITS - place);
  return (11 - (sum % 11)) % 10 === Number(text[DIGITS - 1]);
}

function showWhere() {
  const dialog = document.getElementById("where-dialog");
  if (!dialog) return;
  document.getElementById("where").addEventListener("click", () => dialog.showModal());
}
