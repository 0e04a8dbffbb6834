// Keys that come before the page's scripts run: a reader types while the page is still coming in.
window.earlyKeys = [];
addEventListener("keydown", (event) => window.earlyKeys.push(event), { capture: true });
addEventListener("DOMContentLoaded", () => (window.earlyKeys.push = () => {}));
