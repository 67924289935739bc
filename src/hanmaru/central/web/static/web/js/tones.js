// Two sounds one can tell apart with the machines running: OK rises, an error is low and comes twice.

const KEY = "hanmaru-muted";
const NOTES = {
  ok: [[880, 0, 0.09], [1320, 0.1, 0.14]],
  stop: [[196, 0, 0.22], [165, 0.28, 0.34]],
};

let sound;

export const muted = () => localStorage.getItem(KEY) === "yes";

export const mute = (quiet) => localStorage.setItem(KEY, quiet ? "yes" : "no");

export const play = (tone) => {
  const notes = NOTES[tone];
  if (!notes) return;
  document.documentElement.dataset.lastTone = tone;
  if (tone === "stop") navigator.vibrate?.([120, 80, 200]);
  if (muted()) return;
  sound ??= new AudioContext();
  sound.resume();
  for (const [pitch, start, length] of notes) {
    const voice = new OscillatorNode(sound, { type: tone === "ok" ? "sine" : "square", frequency: pitch });
    const volume = new GainNode(sound, { gain: 0 });
    const from = sound.currentTime + start;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(tone === "ok" ? 0.4 : 0.18, from + 0.01);
    volume.gain.linearRampToValueAtTime(0, from + length);
    voice.connect(volume).connect(sound.destination);
    voice.start(from);
    voice.stop(from + length + 0.02);
  }
};
