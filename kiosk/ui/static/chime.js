// Three soft notes when the sticker lies ready. Where the browser keeps silent, nothing is lost.

const NOTES_HZ = [523.25, 659.25, 783.99];
const STEP_S = 0.18;
const LOUDNESS = 0.25;

export function chime() {
  if (!document.querySelector("[data-chime]") || !window.AudioContext) return;
  const audio = new AudioContext();
  NOTES_HZ.forEach((hertz, place) => {
    const at = audio.currentTime + place * STEP_S;
    const tone = new OscillatorNode(audio, { frequency: hertz, type: "sine" });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 1);
  });
}
