// The way in for staff: five taps into the upper left corner of a screen on which nobody is busy.

const TAPS = 5;
const WITHIN_MS = 4000;
const CORNER_PX = 110;

export function watchDoor() {
  const { page } = document.body.dataset;
  if (page !== "attract" && page !== "out") return;
  let taps = [];
  document.addEventListener(
    "click",
    (event) => {
      if (event.clientX > CORNER_PX || event.clientY > CORNER_PX || !event.isTrusted) return;
      if (event.detail === 0) return; // a key on the button that fills the screen
      // The first screen starts at any touch; this corner is not for that.
      event.preventDefault();
      event.stopPropagation();
      taps = [...taps.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
      if (taps.length >= TAPS) location.assign("/technician/");
    },
    { capture: true },
  );
}
