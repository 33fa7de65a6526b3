// The recording of a call, made by the operator's page: the citizen left, the centre right, opus in WebM, in pieces of 5 s
// (docs/telephone.md, "Recordings"). Every second is kept in the browser (IndexedDB) until the server has it, so that a reload or a lost
// line loses no more than that. Whoever begins again (another page, another recorder) begins another take.
const SECOND = 1_000, IN_PIECE = 5, KIND = "audio/webm;codecs=opus";
const METER = new URL("./meter.js", import.meta.url);

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Seconds that the server does not have yet, in their order.
class Kept {
  constructor(name) { this.name = name; }

  base() {
    this.opened ??= new Promise((done, failed) => {
      const asked = indexedDB.open(this.name, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("seconds", { keyPath: ["take", "at"] }).createIndex("age", "age");
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    return this.opened;
  }

  async run(mode, work) {
    const whole = (await this.base()).transaction("seconds", mode);
    const asked = work(whole.objectStore("seconds"));
    return new Promise((done, failed) => {
      whole.oncomplete = () => done(asked?.result);
      whole.onerror = whole.onabort = () => failed(whole.error);
    });
  }

  put(second) { return this.run("readwrite", (seconds) => seconds.put(second)); }

  // The first seconds of the oldest take: as many as a piece has, or what there is.
  async first() {
    const oldest = (await this.run("readonly", (seconds) => seconds.index("age").getAll(null, 1)))[0];
    if (!oldest) return [];
    const found = await this.run("readonly", (seconds) => seconds.getAll(IDBKeyRange.bound([oldest.take, 0], [oldest.take, Infinity]), IN_PIECE));
    const piece = Math.floor(found[0].at / IN_PIECE);
    return found.filter((second) => Math.floor(second.at / IN_PIECE) === piece);
  }

  drop(some) {
    return this.run("readwrite", (seconds) => { for (const { take, at } of some) seconds.delete([take, at]); });
  }
}

// Sends what is kept until nothing is left: `upload(piece)` gives true where the server has it (or never will).
export class Sender {
  constructor(name, upload) { Object.assign(this, { kept: new Kept(name), upload, live: null }); }

  // `live`: the take that goes on; its last piece waits until it is whole.
  async put(second) {
    this.live = second.take;
    await this.kept.put({ ...second, age: Date.now() });
    return this.send();
  }

  ended(take) {
    if (this.live === take) this.live = null;
    return this.send();
  }

  send() {
    this.sending ??= this.all().finally(() => { this.sending = null; });
    return this.sending;
  }

  async all() {
    for (let some = await this.kept.first(); some.length; some = await this.kept.first()) {
      const { call, take, at } = some[0];
      if (take === this.live && some.length < IN_PIECE) return;
      const sound = await new Blob(some.map((second) => second.sound)).arrayBuffer();
      const digest = hex(await crypto.subtle.digest("SHA-256", sound));
      const levels = (side) => base64url(some.flatMap((second) => second[side]));
      const ms = some.reduce((sum, second) => sum + second.ms, 0);
      const piece = { call, take, seq: Math.floor(at / IN_PIECE), ms, digest, citizen: levels("citizen"), operator: levels("operator"), sound };
      if (await this.upload(piece)) await this.kept.drop(some);
      else await new Promise((go) => setTimeout(go, 3_000));
    }
  }
}

export class Recorder {
  // `sender` keeps the seconds {call, take, at, ms, sound, citizen, operator}; `context` is the AudioContext of the page.
  constructor(context, sender) {
    Object.assign(this, { context, sender, inputs: new Map(), recorder: null, meter: context.audioWorklet.addModule(METER) });
  }

  // Record this call from now on, if it is not recorded already.
  start(call) {
    if (this.call === call) return;
    this.stop();
    this.call = call;
    const out = new MediaStreamAudioDestinationNode(this.context, { channelCount: 2, channelCountMode: "explicit" });
    const sides = new ChannelMergerNode(this.context, { numberOfInputs: 2 });
    sides.connect(out);
    this.sides = sides;
    const take = crypto.randomUUID(), levels = [[], []];
    let next = 0, since = performance.now(), keeping = Promise.resolve();
    this.meter.then(() => {
      const meter = new AudioWorkletNode(this.context, "meter", { numberOfOutputs: 0, channelCount: 2, channelCountMode: "explicit" });
      meter.port.onmessage = ({ data }) => data.forEach((level, side) => levels[side].push(level));
      sides.connect(meter);
    });
    this.recorder = new MediaRecorder(out.stream, { mimeType: KIND, audioBitsPerSecond: 48_000 });
    this.recorder.addEventListener("dataavailable", ({ data }) => {
      if (!data.size) return;
      const now = performance.now(), [citizen, operator] = levels.map((side) => side.splice(0));
      const second = { call, take, at: next, ms: Math.min(Math.round(now - since), 12_000), citizen, operator };
      next += 1;
      since = now;
      keeping = keeping.then(async () => this.sender.put({ ...second, sound: await data.arrayBuffer() }));
    });
    this.recorder.addEventListener("stop", () => keeping.then(() => this.sender.ended(take)));
    this.recorder.start(SECOND);
  }

  // Who is in it: `voices` are {key, stream, side: 0 | 1, on}; one that is not `on` (a whisper, somebody on hold) is silent there.
  mix(voices) {
    if (!this.recorder) return;
    for (const [key, input] of this.inputs) {
      if (voices.some((one) => one.key === key && one.stream === input.stream)) continue;
      input.loud.disconnect();
      this.inputs.delete(key);
    }
    for (const { key, stream, side, on } of voices) {
      if (!stream) continue;
      let input = this.inputs.get(key);
      if (!input) {
        const source = new MediaStreamAudioSourceNode(this.context, { mediaStream: stream });
        input = { stream, source, loud: new GainNode(this.context) };
        source.connect(input.loud).connect(this.sides, 0, side);
        this.inputs.set(key, input);
      }
      input.loud.gain.value = on ? 1 : 0;
    }
  }

  stop() {
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop(); // its last piece comes after this
    for (const input of this.inputs.values()) input.loud.disconnect();
    this.inputs.clear();
    this.recorder = this.call = null;
  }
}
