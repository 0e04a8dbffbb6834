// Holds a card in front of the kiosk's scanner, or puts what is on it into the clipboard.

const SHIFTED = { $: "Digit4", "%": "Digit5", "*": "Digit8", "+": "Equal", ":": "Semicolon" };
const PLAIN = { " ": "Space", "-": "Minus", ".": "Period", "/": "Slash" };
const LIT_MS = 900;

const screen = document.getElementById("screen");
const kiosk = document.getElementById("kiosk");
const heard = document.getElementById("heard");

export function watchCards() {
  document.querySelector(".cards__list").addEventListener("click", (event) => {
    const card = event.target.closest(".card");
    const copy = event.target.closest("[data-copy]");
    if (copy) copied(copy.dataset.copy);
    else if (card) hold(card);
  });
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(`คัดลอกแล้ว Copied: ${text}`);
  } catch {
    say(text); // where the browser keeps its clipboard, a person can still copy it by hand
  }
}

async function hold(card) {
  await bringIn();
  if (!hears()) {
    say("ตู้ยังไม่รับสแกน The kiosk takes no scan now");
    return;
  }
  for (const other of document.querySelectorAll(".card--held")) other.classList.remove("card--held");
  card.classList.add("card--held");
  kiosk.classList.add("kiosk--scanned");
  setTimeout(() => kiosk.classList.remove("kiosk--scanned"), LIT_MS);
  type(`${card.dataset.code}\n`);
  screen.contentWindow.focus();
}

// Some pages hear no scanner, staff's for one: the first screen does. A page that is only coming in
// is let come in: one that was sent away meanwhile would take the code with it.
async function bringIn() {
  if (screen.contentDocument?.readyState === "loading") await loaded();
  if (hears()) return;
  const isThere = loaded();
  screen.contentWindow.location.assign("/");
  await isThere;
}

function hears() {
  return Boolean(screen.contentDocument?.getElementById("scan-form"));
}

function loaded() {
  return new Promise((done) => screen.addEventListener("load", done, { once: true }));
}

// A scanner is a keyboard: it presses the keys of a US layout, whatever layout is set.
function type(text) {
  const page = screen.contentDocument;
  const target = page.activeElement ?? page.body;
  for (const sign of text) {
    const [code, shiftKey] = keyOf(sign);
    const key = sign === "\n" ? "Enter" : sign;
    const press = { code, key, shiftKey, bubbles: true, cancelable: true };
    target.dispatchEvent(new screen.contentWindow.KeyboardEvent("keydown", press));
  }
}

function keyOf(sign) {
  if (sign === "\n") return ["Enter", false];
  if (/[A-Z]/.test(sign)) return [`Key${sign}`, true];
  if (/[0-9]/.test(sign)) return [`Digit${sign}`, false];
  return sign in SHIFTED ? [SHIFTED[sign], true] : [PLAIN[sign], false];
}

function say(text) {
  heard.textContent = text;
}
