// The microphone of a page: opened when it is needed, with the browser's own reduction of echo and noise; or why there is none.
const WANTED = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } };

export class Microphone {
  constructor() { this.stream = null; this.why = ""; }

  get track() { return this.stream?.getAudioTracks().find((one) => one.readyState === "live") ?? null; }

  // Open it (once); true where it is open. `why`: `none` (no device), `denied`, `busy` or `insecure`.
  async open() {
    if (this.track) return true;
    this.why = "";
    if (!navigator.mediaDevices) { this.why = "insecure"; return false; }
    try {
      this.stream = await navigator.mediaDevices.getUserMedia(WANTED);
    } catch (error) {
      this.why = { NotFoundError: "none", OverconstrainedError: "none", NotAllowedError: "denied", SecurityError: "denied" }[error.name] ?? "busy";
      return false;
    }
    return true;
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  // Whether it can be opened, without keeping it open.
  async check() {
    if (this.track) return true;
    const found = await this.open();
    this.close();
    return found;
  }

  mute(on) {
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !on;
  }
}
