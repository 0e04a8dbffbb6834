// A person of 70 does not find what lies below the edge. The stylesheet fits every screen at every
// text size; where a record's own words are longer than expected, they grow less than was asked.

const STEP = 0.05;
const LEAST = 0.85; // smaller is not readable from where a wheelchair stops; then it scrolls

export function fitScreen() {
  if (document.body.dataset.page === "staff") return;
  const root = document.documentElement;
  new ResizeObserver(() => {
    root.style.removeProperty("--scale"); // what had no room a moment ago may have it now
    let scale = Number(getComputedStyle(root).getPropertyValue("--scale"));
    while (root.scrollHeight > innerHeight && scale - STEP >= LEAST) {
      scale -= STEP;
      root.style.setProperty("--scale", scale.toFixed(2));
    }
  }).observe(document.body);
}
