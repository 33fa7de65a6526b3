// The line of staff pages at Twilio (its Voice SDK, vendor/twilio-voice.min.js): the leg that Twilio calls to this browser is taken when the softphone says
// that one is in the call, and given up when it says that one is not. The server decides; this page only carries the voice.
//
// It listens to `line:state` of softphone.js (`here`: this tab is the line), and tells nothing but `line:twilio` {state: off | registered | failed} on `document`.
const page = document.body;
const ANEW = 50 * 60_000;
let device = null, leg = null, timer = null, last = null;

const tell = (state) => {
  document.documentElement.dataset.twilioLine = state;
  document.dispatchEvent(new CustomEvent("line:twilio", { detail: { state } }));
};

const token = async () => {
  const answer = await fetch("/api/v1/calls/token", { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? (await answer.json()).token : null;
};

// One leg at a time: a second one is not ours.
const comes = (call) => {
  if (leg) { call.reject(); return; }
  leg = call;
  for (const kind of ["disconnect", "cancel", "reject", "error"]) call.on(kind, () => { if (leg === call) leg = null; });
  apply();
};

const begin = async () => {
  const given = await token();
  if (!given || device) { if (!given) tell("failed"); return; }
  // its own sounds are fetched from outside: the softphone rings
  device = new globalThis.Twilio.Device(given, { closeProtection: false, disableAudioContextSounds: true, logLevel: "error" });
  device.audio?.incoming(false);
  device.on("registered", () => tell("registered"));
  device.on("error", (error) => { console.warn("twilio", error?.code); tell("failed"); });
  device.on("incoming", comes);
  device.on("tokenWillExpire", async () => { const anew = await token(); if (anew) device?.updateToken(anew); });
  timer = setInterval(async () => { const anew = await token(); if (anew) device?.updateToken(anew); }, ANEW);
  await device.register();
};

const end = () => {
  clearInterval(timer);
  device?.destroy();
  device = leg = null;
  tell("off");
};

// What the softphone knows, carried out on the leg.
const apply = () => {
  if (!leg || !last) return;
  const { call, ringing, muted } = last;
  if (call && leg.status() === "pending") leg.accept();
  else if (!call && !ringing) leg.status() === "pending" ? leg.reject() : leg.disconnect();
  if (call && leg.status() === "open" && leg.isMuted() !== muted) leg.mute(muted);
};

document.addEventListener("line:state", ({ detail }) => {
  last = detail;
  const wanted = detail.here && !["off", "elsewhere"].includes(detail.state);
  if (wanted && !device) begin().catch((error) => { console.warn("twilio", error?.code ?? error); tell("failed"); });
  else if (!wanted && device) end();
  apply();
});
page.addEventListener("live:reset", apply);
