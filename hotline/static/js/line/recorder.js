// The recording of a call, made by the operator's page: the citizen left, the centre right, opus in WebM, in chunks of 5 s. Each
// chunk is kept in the browser (IndexedDB) until the server has it, so that a reload or a lost line loses none; the server checks its
// digest. A page that is made again begins another segment, whose first chunk carries the header.
const CHUNK = 5_000, KIND = "audio/webm;codecs=opus";

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Chunks that the server does not have yet, in their order.
class Kept {
  constructor(name) { this.name = name; }

  async base() {
    this.opened ??= new Promise((done, failed) => {
      const asked = indexedDB.open(this.name, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("chunks", { keyPath: ["call", "seq"] });
        asked.result.createObjectStore("next", { keyPath: "call" });
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    return this.opened;
  }

  async run(mode, work) {
    const base = await this.base();
    return new Promise((done, failed) => {
      const whole = base.transaction(["chunks", "next"], mode);
      let found;
      work(whole, (value) => { found = value; });
      whole.oncomplete = () => done(found);
      whole.onerror = whole.onabort = () => failed(whole.error);
    });
  }

  // Keep a chunk under the next number of its call.
  put(call, chunk) {
    return this.run("readwrite", (whole) => {
      const next = whole.objectStore("next"), asked = next.get(call);
      asked.onsuccess = () => {
        const seq = asked.result?.seq ?? 0;
        next.put({ call, seq: seq + 1 });
        whole.objectStore("chunks").put({ ...chunk, call, seq });
      };
    });
  }

  first() {
    return this.run("readonly", (whole, give) => {
      const asked = whole.objectStore("chunks").openCursor();
      asked.onsuccess = () => give(asked.result?.value);
    });
  }

  drop(chunk) {
    return this.run("readwrite", (whole) => { whole.objectStore("chunks").delete([chunk.call, chunk.seq]); });
  }
}

// Sends kept chunks until none is left: `upload(chunk)` gives true where the server has it (or never will).
export class Sender {
  constructor(name, upload) { Object.assign(this, { kept: new Kept(name), upload }); }

  async put(call, blob, segment) {
    const body = await blob.arrayBuffer();
    await this.kept.put(call, { body, segment, sha256: hex(await crypto.subtle.digest("SHA-256", body)) });
    this.send();
  }

  send() {
    this.sending ??= this.all().finally(() => { this.sending = null; });
    return this.sending;
  }

  async all() {
    for (let chunk = await this.kept.first(); chunk; chunk = await this.kept.first()) {
      if (await this.upload(chunk)) await this.kept.drop(chunk);
      else await new Promise((go) => setTimeout(go, 3_000));
    }
  }
}

export class Recorder {
  // `put(call, blob, segment)` keeps a chunk; `context` is the AudioContext of the page.
  constructor(context, put) { Object.assign(this, { context, put, inputs: new Map(), recorder: null }); }

  // Record this call from now on, if it is not recorded already.
  start(call) {
    if (this.call === call) return;
    this.stop();
    this.call = call;
    this.out = new MediaStreamAudioDestinationNode(this.context, { channelCount: 2, channelCountMode: "explicit" });
    this.sides = new ChannelMergerNode(this.context, { numberOfInputs: 2 });
    this.sides.connect(this.out);
    this.recorder = new MediaRecorder(this.out.stream, { mimeType: KIND, audioBitsPerSecond: 48_000 });
    const segment = crypto.randomUUID();
    this.recorder.addEventListener("dataavailable", (event) => { if (event.data.size) this.put(call, event.data, segment); });
    this.recorder.start(CHUNK);
  }

  // Who is in it: `voices` are {key, stream, side: 0 | 1, on}; one that is not `on` (a whisper, somebody on hold) is silent there.
  mix(voices) {
    if (!this.recorder) return;
    for (const [key, input] of this.inputs) {
      const voice = voices.find((one) => one.key === key && one.stream === input.stream);
      if (!voice) { input.loud.disconnect(); this.inputs.delete(key); }
    }
    for (const { key, stream, side, on } of voices) {
      if (!stream) continue;
      let input = this.inputs.get(key);
      if (!input) {
        input = { stream, loud: new GainNode(this.context), source: new MediaStreamAudioSourceNode(this.context, { mediaStream: stream }) };
        input.source.connect(input.loud).connect(this.sides, 0, side);
        this.inputs.set(key, input);
      }
      input.loud.gain.value = on ? 1 : 0;
    }
  }

  stop() {
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop(); // its last chunk comes after this
    for (const input of this.inputs.values()) input.loud.disconnect();
    this.inputs.clear();
    this.recorder = this.call = null;
  }
}
