// The printer on plain paper: how it is, and the last of what came out of it.

import { enlargePicture } from "./tray.js";
import { setText } from "./words.js";

const here = document.body.dataset.here;
const receipt = document.getElementById("receipt");
const slips = document.getElementById("slips");
let told = "";

export function showReceipts({ light, said, pieces, tray }) {
  receipt.dataset.light = light;
  setText("receipt-th", said.th);
  setText("receipt-en", said.en);
  setText("receipt-count", String(pieces));
  const now = tray.join();
  if (now === told) return;
  told = now;
  slips.replaceChildren(...tray.map(slip));
}

function slip(name) {
  const picture = document.createElement("img");
  picture.src = `${here}slips/${encodeURIComponent(name)}.png`;
  picture.alt = `กระดาษใบเสร็จ Receipt paper ${name}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "slip";
  button.append(picture);
  button.addEventListener("click", () => {
    enlargePicture(picture.src, name, "เครื่องพิมพ์ใบเสร็จ · Receipt printer");
  });
  const item = document.createElement("li");
  item.append(button);
  return item;
}
