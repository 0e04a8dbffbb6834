// Counts along what is ticked, on this page and on those that were left.

export function countChosen() {
  const shown = document.getElementById("chosen");
  if (!shown) return;
  const form = document.getElementById("choose-form");
  const ticked = () => form.querySelectorAll(":checked").length;
  const elsewhere = Number(shown.textContent) - ticked();
  form.addEventListener("change", () => (shown.textContent = elsewhere + ticked()));
}
