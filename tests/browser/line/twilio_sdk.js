// What the page uses of Twilio's Voice SDK, told by the test: `window.sdk` keeps what was done.
window.sdk = { tokens: [], done: [], device: null };
class FakeLeg {
  constructor() { this.now = "pending"; this.heard = {}; this.muted = false; }
  on(kind, act) { this.heard[kind] = act; }
  status() { return this.now; }
  accept() { this.now = "open"; sdk.done.push("accept"); }
  reject() { this.now = "closed"; sdk.done.push("reject"); this.heard.reject?.(); }
  disconnect() { this.now = "closed"; sdk.done.push("disconnect"); this.heard.disconnect?.(); }
  isMuted() { return this.muted; }
  mute(on) { this.muted = on; sdk.done.push(on ? "mute" : "unmute"); }
}
globalThis.Twilio = {
  Device: class {
    constructor(token) { sdk.tokens.push(token); this.heard = {}; sdk.device = this; this.audio = { incoming() {} }; }
    on(kind, act) { this.heard[kind] = act; }
    async register() { this.heard.registered?.(); }
    updateToken(token) { sdk.tokens.push(token); }
    destroy() { sdk.done.push("destroy"); }
  },
};
window.comes = () => { sdk.leg = new FakeLeg(); sdk.device.heard.incoming(sdk.leg); };
