/** @file Three notes, to hear whether a speaker works. No file to fetch. Knows no page. */

const NOTES_HZ = [523.25, 659.25, 783.99]; // C, E, G
const NOTE_S = 0.35;
const LOUDNESS = 0.25;

/**
 * @param {(sound: MediaStream) => Promise<void>} play through the speaker that was chosen
 * @returns {Promise<void>} when it is over. Rejects when the browser does not play.
 */
export async function playChime(play) {
  const audio = new AudioContext();
  try {
    const destination = audio.createMediaStreamDestination();
    await play(destination.stream);
    const notes = NOTES_HZ.map((hertz, index) => playNote(audio, destination, hertz, audio.currentTime + index * NOTE_S));
    await Promise.all(notes);
  } finally {
    await audio.close();
  }
}

/**
 * @param {AudioContext} audio
 * @param {AudioNode} destination
 * @param {number} hertz
 * @param {number} start
 */
function playNote(audio, destination, hertz, start) {
  const oscillator = new OscillatorNode(audio, { frequency: hertz });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.02); // without a click
  gain.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S);
  oscillator.connect(gain).connect(destination);
  oscillator.start(start);
  oscillator.stop(start + NOTE_S);
  return new Promise((resolve) => (oscillator.onended = resolve));
}
