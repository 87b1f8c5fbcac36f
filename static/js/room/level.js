/** @file How loud a microphone is. */

const EVERY_MS = 100;
const FLOOR_DB = -60; // a quiet office; below it the meter shows nothing
const TOP_DB = -10;

/** @type {AudioContext | null} */
let context = null;
let watched = 0; // microphones, now

/**
 * Call `onLevel` ten times a second with a level in [0, 1]. Returns what stops it.
 *
 * It listens to a copy of the track: a microphone that is muted for others still shows that it works.
 *
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} onLevel
 * @returns {() => void}
 */
export function watchLevel(track, onLevel) {
  const audio = openContext();
  const copy = track.clone();
  copy.enabled = true;
  const source = audio.createMediaStreamSource(new MediaStream([copy]));
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (audio.state !== "running") return; // before a gesture, everything sounds silent
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
    copy.stop();
    watched--;
    if (watched === 0) closeContext();
  };
}

function openContext() {
  context ??= new AudioContext();
  watched++;
  wakeLevel();
  return context;
}

/** Browsers keep every source of sound that a context has had for as long as it is open. */
function closeContext() {
  void context?.close().catch(() => {});
  context = null;
}

/** Browsers start the sound of a page after a gesture, and may stop it for a telephone call: call this after either. */
export function wakeLevel() {
  if (context && context.state !== "running") void context.resume().catch(() => {});
}

/**
 * @param {Float32Array} samples in [-1, 1]
 * @returns {number} 0 at the floor, 1 when somebody speaks loudly
 */
export function levelOf(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (TOP_DB - FLOOR_DB)));
}

const SPEECH_LEVEL = 0.45; // about -38 dB: nearer than the room, quieter than a raised voice
const PAUSE_MS = 600; // between two words

/**
 * Call `onTalking` when somebody begins and ends to speak into the microphone. Returns what stops it.
 *
 * @param {MediaStreamTrack} track
 * @param {(talking: boolean) => void} onTalking
 */
export function watchTalking(track, onTalking) {
  let talking = false;
  let heardAt = 0;
  return watchLevel(track, (level) => {
    const now = performance.now();
    if (level >= SPEECH_LEVEL) heardAt = now;
    const next = heardAt > 0 && now - heardAt < PAUSE_MS;
    if (next !== talking) onTalking(next);
    talking = next;
  });
}
