// The tray: the newest piece slides out of the slot, earlier ones lie beside it.

const HEAD_MM = 72; // the width of a printed row
const QUICK_LOOKS = 3;

const here = document.body.dataset.here;
const newest = document.getElementById("newest");
const earlier = document.getElementById("earlier");
const look = document.getElementById("look");
let shown = null; // the name of the newest piece; null before the first look
let told = "";
let looksBusy = 0;

export function showTray({ tray, pieces, light, hanging_mm: hangingMm }) {
  // A sticker at full speed is out within two looks; only slow or stopped paper is seen hanging.
  looksBusy = light === "busy" ? looksBusy + 1 : 0;
  const wasHanging = newest.querySelector(".hanging") !== null;
  if (light !== "busy" || looksBusy > QUICK_LOOKS) hang(hangingMm);
  const now = JSON.stringify(tray);
  if (now === told) return;
  told = now;
  document.getElementById("count").textContent = pieces;
  const isNew = shown !== null && tray.length > 0 && tray[0].name !== shown && !wasHanging;
  const old = newest.querySelector(".piece");
  if (old) old.remove();
  if (tray.length > 0) newest.append(piece(tray[0], isNew));
  earlier.replaceChildren(...tray.slice(1).map((each) => wrapped(piece(each, false))));
  shown = tray.length > 0 ? tray[0].name : "";
}

function wrapped(element) {
  const item = document.createElement("li");
  item.append(element);
  return item;
}

function piece(paper, isSliding) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "piece";
  button.dataset.verdict = paper.verdict;
  button.dataset.serial = paper.serial;
  button.title = paper.plate;
  const window = document.createElement("span");
  window.className = isSliding ? "piece__out piece__out--sliding" : "piece__out";
  const picture = document.createElement("img");
  picture.src = address(paper);
  picture.alt = `${paper.said.th} ${paper.said.en} ${paper.plate}`;
  window.append(picture);
  const caption = document.createElement("span");
  caption.className = "piece__caption";
  caption.append(text("b", paper.serial || paper.name), verdict(paper));
  button.append(window, caption);
  button.addEventListener("click", () => enlarge(paper));
  return button;
}

function verdict(paper) {
  const line = text("span", `${paper.said.th} `);
  line.className = "verdict";
  line.dataset.verdict = paper.verdict;
  const english = text("span", paper.said.en);
  english.lang = "en";
  english.className = "en";
  line.append(english);
  return line;
}

function text(tag, words) {
  const element = document.createElement(tag);
  element.textContent = words;
  return element;
}

function address(paper) {
  return `${here}tray/${encodeURIComponent(paper.name)}.png`;
}

function enlarge(paper) {
  const place = document.getElementById("look-verdict");
  place.dataset.verdict = paper.verdict;
  place.textContent = `${paper.said.th} · ${paper.said.en}`;
  enlargePicture(address(paper), paper.serial || paper.name, paper.plate, true);
}

export function enlargePicture(source, title, line, isJudged = false) {
  document.getElementById("look-picture").src = source;
  document.getElementById("look-title").textContent = title;
  document.getElementById("look-plate").textContent = line;
  document.getElementById("look-verdict").hidden = !isJudged;
  document.getElementById("look-why").hidden = !isJudged;
  look.showModal();
}

look.addEventListener("click", (event) => {
  if (event.target === look) look.close();
});

// Paper that is out and not cut: it grows while a sticker is printed, and stays after a fault.
function hang(mm) {
  const there = newest.querySelector(".hanging");
  if (!mm) {
    there?.remove();
    return;
  }
  const paper = there ?? document.createElement("div");
  paper.className = "hanging";
  paper.textContent = `${Math.round(mm)} mm`;
  paper.style.height = `${(mm / HEAD_MM) * newest.clientWidth}px`;
  if (!there) newest.append(paper);
}
