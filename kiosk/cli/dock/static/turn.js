// Shows the kiosk's screen at its own size in dots, scaled to the room there is.

const SIZES = { portrait: [1080, 1920], landscape: [1280, 800] };
const BEZEL_PX = 28; // the case around the glass, both sides together

const dock = document.getElementById("dock");
const glass = document.getElementById("glass");
const screen = document.getElementById("screen");

function fit() {
  const turned = dock.dataset.turned;
  const [width, height] = SIZES[turned];
  const style = getComputedStyle(dock);
  const length = (name) => parseFloat(style.getPropertyValue(name));
  // Where the page scrolls the dock is as high as its parts; the screen still fits the window.
  const room = innerHeight - dock.offsetTop - length("padding-top") - length("padding-bottom");
  const inner = dock.clientWidth - length("padding-left") - length("padding-right");
  const high = room * length("--high") - BEZEL_PX;
  const wide = inner * length("--wide") - BEZEL_PX;
  const scale = Math.min(high / height, wide / width);
  screen.width = width;
  screen.height = height;
  screen.style.transform = `scale(${scale})`;
  glass.style.width = `${width * scale}px`;
  glass.style.height = `${height * scale}px`;
}

export function showTurned() {
  for (const key of document.querySelectorAll("[data-turn]")) {
    key.addEventListener("click", () => turn(key.dataset.turn));
  }
  for (const key of document.querySelectorAll("[data-go]")) {
    key.addEventListener("click", () => screen.contentWindow.location.assign(key.dataset.go));
  }
  addEventListener("resize", fit);
  turn(location.hash === "#landscape" ? "landscape" : "portrait");
}

function turn(turned) {
  dock.dataset.turned = turned;
  history.replaceState(null, "", turned === "landscape" ? "#landscape" : location.pathname);
  for (const key of document.querySelectorAll("[data-turn]")) {
    key.setAttribute("aria-pressed", String(key.dataset.turn === turned));
  }
  fit();
  unfold();
}

// Where there is room for the rarer faults nobody needs to unfold them.
function unfold() {
  const more = document.getElementById("more");
  const panel = more.parentElement;
  more.open = true;
  const holds = (part) => part.scrollHeight <= part.clientHeight;
  more.open = holds(panel) && holds(document.documentElement);
}
