// Sounds of the telephone, made here: ringing, hold music, keys, and the tone before a message. No file, nothing to fetch.
const KEYS = ["123A", "456B", "789C", "*0#D"];
const ROWS = [697, 770, 852, 941], COLUMNS = [1209, 1336, 1477, 1633];
// Hold music: a slow tune of five tones in the home key, its length in half beats, over a held bass. 0 is a rest.
const TUNE = [[392, 2], [440, 1], [523.25, 3], [587.33, 2], [523.25, 1], [440, 3], [392, 2], [329.63, 1], [293.66, 3], [329.63, 2], [392, 1], [440, 3], [0, 3]];
const HALF = 0.42, BASS = 130.81;

let context = null;
// The one AudioContext of the page; it plays only after something was pressed there.
export const audio = () => {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  return context;
};

// One tone from `at` on (seconds of the context), with soft edges; into `into`.
const tone = (into, frequency, at, length, volume, shape = "sine") => {
  const made = into.context, sound = new OscillatorNode(made, { frequency, type: shape }), loud = new GainNode(made, { gain: 0 });
  loud.gain.setValueAtTime(0, at);
  loud.gain.linearRampToValueAtTime(volume, at + 0.015);
  loud.gain.setValueAtTime(volume, at + Math.max(length - 0.06, 0.02));
  loud.gain.linearRampToValueAtTime(0, at + length);
  sound.connect(loud).connect(into);
  sound.start(at);
  sound.stop(at + length + 0.05);
};

// Play `bar(into, at)`, which gives its length in seconds, over and over; returns the function that ends it.
const looped = (bar) => {
  const made = audio(), into = new GainNode(made);
  into.connect(made.destination);
  let next = made.currentTime + 0.05;
  const ahead = () => {
    if (next < made.currentTime) next = made.currentTime + 0.05; // the tab slept
    while (next < made.currentTime + 1.5) next += bar(into, next);
  };
  ahead();
  const timer = setInterval(ahead, 500);
  return () => {
    clearInterval(timer);
    into.gain.setTargetAtTime(0, made.currentTime, 0.03);
    setTimeout(() => into.disconnect(), 300);
  };
};

export const ring = () => looped((into, at) => {
  for (let beat = 0; beat < 10; beat += 1) tone(into, beat % 2 ? 660 : 550, at + beat * 0.08, 0.08, 0.25, "triangle");
  return 3;
});

export const music = () => looped((into, at) => {
  let when = at;
  for (const [frequency, halves] of TUNE) {
    if (frequency) tone(into, frequency, when, halves * HALF, 0.09, "triangle");
    when += halves * HALF;
  }
  for (let beat = at; beat < when - 0.1; beat += 6 * HALF) tone(into, BASS, beat, 6 * HALF, 0.04);
  return when - at;
});

// The two tones of a key; null where there is no such key.
export const keyTones = (key) => {
  const row = KEYS.findIndex((line) => line.includes(key));
  return row < 0 || key.length !== 1 ? null : [ROWS[row], COLUMNS[KEYS[row].indexOf(key)]];
};

// A track that plays these keys once, for the other side (and, softly, for one's own ear); `done` is settled at its end.
export const keyTrack = (digits) => {
  const made = audio(), out = new MediaStreamAudioDestinationNode(made);
  let at = made.currentTime + 0.08;
  for (const key of digits) {
    for (const frequency of keyTones(key) ?? []) {
      tone(out, frequency, at, 0.16, 0.3);
      tone(made.destination, frequency, at, 0.16, 0.05);
    }
    at += 0.24;
  }
  const done = new Promise((end) => { setTimeout(end, (at - made.currentTime) * 1000); });
  return { track: out.stream.getAudioTracks()[0], done };
};

// The tone after which one speaks a message.
export const beep = () => {
  const made = audio();
  tone(made.destination, 950, made.currentTime + 0.05, 0.4, 0.2);
};
