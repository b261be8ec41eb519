/** Hertz of the two notes: G5 and C6 of equal temperament (A4 = 440 Hz). */
const NOTES = [784, 1047];
/** Seconds. */
const APART = 0.12;
const LENGTH = 0.35;
const LOUDNESS = 0.06;

let audio: AudioContext | undefined;

/** Two short, soft notes, made by the browser (Web Audio); nothing where the page may not make a sound yet. */
export async function chime(): Promise<void> {
  audio ??= new AudioContext();
  await audio.resume();
  const begin = audio.currentTime;
  NOTES.forEach((note, index) => play(audio!, note, begin + index * APART));
}

function play(context: AudioContext, note: number, at: number): void {
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = note;
  gain.gain.setValueAtTime(LOUDNESS, at);
  gain.gain.exponentialRampToValueAtTime(LOUDNESS / 1000, at + LENGTH);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + LENGTH);
}
