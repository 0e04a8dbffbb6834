// Keys that come before the page's scripts run: a reader types while the page is still coming in.
window.earlyKeys = [];
function keep(event) {
  window.earlyKeys.push({ event, value: event.target.value }); // of a field, before the key
  if (event.key === "Enter") event.preventDefault(); // it would send the field as it was typed into
}
addEventListener("keydown", keep, { capture: true });
addEventListener("DOMContentLoaded", () => removeEventListener("keydown", keep, { capture: true }));
