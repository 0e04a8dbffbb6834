// Tells a scanner from a person. A scanner is a keyboard that types a whole code in a moment and
// ends with Enter. Under a Thai layout its keys give Thai letters, so the physical key is read.

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

export function watchScanner() {
  const form = document.getElementById("scan-form");
  if (!form) return;
  let text = ""; // by physical key
  let typed = ""; // by the keyboard's layout
  let lastAt = 0;
  let field = null;
  let before = "";
  let silence = 0;

  function take() {
    const scanned = likelier(text, typed);
    text = typed = "";
    if (field) restore(field, before);
    document.getElementById("scan-text").value = scanned;
    form.requestSubmit();
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      clearTimeout(silence);
      const isBurst = event.timeStamp - lastAt <= LONGEST_GAP_MS;
      if (event.key === "Enter" || event.key === "Tab") {
        const isWhole = isBurst && text.length >= SHORTEST_CODE;
        if (isWhole) {
          event.preventDefault();
          event.stopPropagation();
          const scanned = likelier(text, typed);
          if (field && isTyped(field, scanned)) fill(field, before, scanned);
          else take();
        }
        text = typed = "";
        return;
      }
      const character = decode(event);
      if (character === null) return;
      if (!isBurst || text === "") {
        text = typed = "";
        field = event.target.matches?.("input[data-keys]") ? event.target : null;
        before = field ? field.value : "";
      }
      text += character;
      typed += event.key.length === 1 ? event.key : character;
      lastAt = event.timeStamp;
      if (likelier(text, typed).startsWith(CODE_MARK) && text.length > 40) {
        silence = setTimeout(take, SILENCE_MS);
      }
    },
    { capture: true },
  );
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
