// Shows the kiosk's screen at its own size in dots, scaled to the room there is.

const SIZES = { portrait: [1080, 1920], landscape: [1280, 800] };
const BEZEL_PX = 28; // the case around the glass, both sides together
const LANDSCAPE_SHARE = 0.6; // of the height, so that the cards keep their place below
const LANDSCAPE_WIDTH_SHARE = 0.58;

const dock = document.getElementById("dock");
const glass = document.getElementById("glass");
const screen = document.getElementById("screen");

function fit() {
  const turned = dock.dataset.turned;
  const [width, height] = SIZES[turned];
  const room = dock.getBoundingClientRect();
  const style = getComputedStyle(dock);
  const roomHigh = room.height - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
  const high = roomHigh * (turned === "landscape" ? LANDSCAPE_SHARE : 1) - BEZEL_PX;
  const wide = room.width * (turned === "landscape" ? LANDSCAPE_WIDTH_SHARE : 0.4) - BEZEL_PX;
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
  more.open = panel.scrollHeight <= panel.clientHeight;
}
