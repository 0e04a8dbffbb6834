// A live region speaks whenever it is written to, also with the same words.
export function setText(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
}
