// The softphone of staff pages: it rings, speaks and hears for whoever is signed in. One tab of a browser is the line (it holds a lock;
// when it goes, another one takes over and joins its call again), the other tabs show what that one says.
//
// What it tells, as CustomEvents on `document`:
//   line:state  whenever something changed; detail:
//     state       off | idle | ringing | connecting | talking | held | microphone | elsewhere   (held: the citizen hears hold music)
//     why         where `microphone`: none | denied | busy | insecure
//     ringing     {call, party, kind, until} or null; `party`: one was asked into a call, otherwise one's own telephone rings
//     call        {id, me, state, since, mode, held, on_hold, recording, parties: [{id, kind, name, mode, held, heard}]} or null
//     muted, blocked (the browser plays nothing before a key is pressed), here (this tab is the line)
//   line:refused  what was asked for was not done; detail: {act, said}
//   line:sent     what was asked for was done; detail: {act, answer}
//
// What it does, asked by a click on anything with data-line="ACT", or by a CustomEvent `line:do` on `document` with detail {act, …}:
//   answer, decline, hang-up, hold (on and off), mute (on and off), keys {digits}, take (this browser is the line from now on),
//   join {call, mode: listen | whisper | talk}, microphone (try again), notice (ask for browser notices)
import { Mesh } from "./line/mesh.js";
import { Microphone } from "./line/microphone.js";
import { Recorder, Sender } from "./line/recorder.js";
import { audio, keyTrack, music, ring } from "./line/sounds.js";
import { Signs } from "./line/signs.js";

const page = document.body, csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
const BEAT = 10_000;
const session = crypto.randomUUID();
const device = (() => {
  const kept = localStorage.getItem("line:device") ?? crypto.randomUUID();
  localStorage.setItem("line:device", kept);
  return kept;
})();
const name = `line:${page.dataset.user}`;
const channel = new BroadcastChannel(name);
const microphone = new Microphone(), signs = new Signs();
const tell = (kind, detail) => document.dispatchEvent(new CustomEvent(kind, { detail }));

let here = false, server = null, muted = false, blocked = false, take = false, shown = null, keying = false, checked = false;
let ringing = null, playing = null, recorder = null, joining = null;

// ------------------------------------------------------------------ the server
const post = async (path, fields) => {
  const form = fields instanceof FormData;
  const headers = { "X-CSRF-Token": csrf, Accept: "application/json", ...(form ? {} : { "Content-Type": "application/json" }) };
  const body = form ? fields : JSON.stringify(fields);
  const answer = await fetch(path, { method: "POST", headers, body, redirect: "manual" }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.type === "opaqueredirect") return { state: "away" };
  const found = await answer.json().catch(() => ({}));
  return answer.ok ? { state: "taken", found } : { state: "refused", said: found.detail ?? "" };
};

const mesh = new Mesh({
  session,
  post: async (call, signals) => (await post("/api/v1/line/signals", { call, signals })).state,
  changed: () => show(),
  blocked: () => { blocked = true; show(); },
  failed: (error) => console.warn("line", error),
});

// A recording goes to its call, piece by piece; what the server will never take is let go of.
const sender = new Sender(name, async ({ call, take: of, seq, ms, digest, citizen, operator, sound: content }) => {
  const about = new URLSearchParams({ take: of, track: "both", seq, ms, digest, citizen_levels: citizen, operator_levels: operator });
  const form = new FormData();
  form.append("file", new Blob([content], { type: "audio/webm" }), `${seq}.webm`);
  return (await post(`/api/v1/calls/${call}/recording/chunks?${about}`, form)).state !== "away";
});

// Say that this page is the line, and hear what is to be done. One at a time; what comes meanwhile asks once more.
let asking = null, again = false;
const refresh = () => {
  again = Boolean(asking);
  asking ??= (async () => {
    do {
      again = false;
      const said = await post("/api/v1/line", { session, device, take, microphone: !microphone.why, after: mesh.seen });
      if (said.state !== "taken") continue;
      take = false;
      server = said.found;
      await apply();
    } while (again);
  })().finally(() => { asking = null; });
  return asking;
};

// ------------------------------------------------------------------ what the server said
const apply = async () => {
  const call = server.call;
  if (server.line.wanted && !checked) {
    checked = true;
    if (!(await microphone.check())) again = true; // the server hears that this line cannot be answered
  }
  ringing = server.line.mine || server.ringing?.party ? server.ringing : null;
  if (ringing && joining === ringing.call) { joining = null; act({ act: "answer" }); }
  if ((call || ringing) && !(await microphone.open()) && call?.mode !== "listen") again = again || server.line.microphone;
  if (call) {
    const heard = call.parties.some((party) => party.hears_me);
    microphone.mute(muted || !heard);
    mesh.update(call, server.ice);
    if (!keying) await mesh.speak(microphone.track);
    record(call);
  } else {
    mesh.update(null);
    recorder?.stop();
    muted = false;
    if (!ringing) microphone.close();
  }
  show();
};

// The operator's page records: the citizen left, the centre right. Whose voice is in it the server says (`recorded`).
const record = (call) => {
  if (!call.record) { recorder?.stop(); return; }
  recorder ??= new Recorder(audio(), sender);
  recorder.start(call.id);
  const others = call.parties.map((party) => ({
    key: party.id, stream: mesh.peers.get(party.id)?.stream, side: party.kind === "citizen" ? 0 : 1, on: party.recorded,
  }));
  recorder.mix([{ key: "me", stream: microphone.stream, side: 1, on: call.recorded }, ...others]);
};

const stateOf = (call) => {
  if (!server?.line.wanted && !call && !ringing) return "off";
  if (server.line.wanted && !server.line.mine && !microphone.why) return "elsewhere";
  if (ringing) return "ringing";
  if (microphone.why && call?.mode !== "listen") return "microphone";
  if (!call) return "idle";
  if (call.on_hold) return "held";
  return mesh.hears || !call.parties.some((party) => party.i_hear) ? "talking" : "connecting";
};

const show = () => {
  const call = server?.call ?? null;
  if (call) record(call);
  const detail = {
    state: stateOf(call), why: microphone.why, ringing, muted, blocked,
    call: call && {
      id: call.id, me: call.me, state: call.state, since: call.since, mode: call.mode, held: call.held, on_hold: call.on_hold, recording: call.record,
      parties: call.parties.map(({ id, kind, name: called, mode, held }) => ({
        id, kind, name: called, mode, held, heard: Boolean(mesh.peers.get(id)?.connected && mesh.peers.get(id)?.iHear),
      })),
    },
  };
  sound(detail);
  spread(detail);
  channel.postMessage(detail);
};

const spread = (detail) => {
  shown = { ...detail, here };
  document.documentElement.dataset.lineState = detail.state;
  signs.show(shown);
  tell("line:state", shown);
};

// What this page plays of itself: the ring, and music for whoever is on hold.
const sound = ({ state, call }) => {
  const wanted = state === "ringing" ? "ring" : call?.held ? "music" : "";
  if (playing?.wanted === wanted) return;
  playing?.end();
  playing = wanted ? { wanted, end: wanted === "ring" ? ring() : music() } : null;
};

// ------------------------------------------------------------------ what people do
const done = async (act, path, fields) => {
  const said = await post(path, fields);
  if (said.state === "taken") tell("line:sent", { act, answer: said.found });
  else tell("line:refused", { act, said: said.said || document.documentElement.dataset.away || "" });
  refresh();
  return said.state === "taken";
};

const press = async (digits) => {
  const call = server?.call;
  if (!call || !digits) return;
  keying = true;
  const { track, done: end } = keyTrack(digits);
  await mesh.speak(track);
  await end;
  keying = false;
  await mesh.speak(microphone.track);
  await done("keys", `/api/v1/calls/${call.id}/keys`, { digits });
};

const ACTS = {
  answer: async () => {
    if (!ringing) return;
    const { call, party } = ringing;
    take = true;
    if (!(await microphone.open())) { show(); return; }
    if (party) await done("answer", "/api/v1/line/joins", { party });
    else await done("answer", `/api/v1/calls/${call}/answers`, {});
  },
  decline: () => ringing && done("decline", "/api/v1/line/declines", { call: ringing.call, party: ringing.party }),
  "hang-up": () => {
    const call = server?.call;
    if (!call) return null;
    return call.own ? done("hang-up", `/api/v1/calls/${call.id}/hang-ups`, {}) : done("hang-up", "/api/v1/line/leaves", { party: call.me });
  },
  hold: () => server?.call && done("hold", `/api/v1/calls/${server.call.id}/holds`, { on: !server.call.on_hold }),
  mute: () => { muted = !muted; microphone.mute(muted); show(); },
  keys: ({ digits }) => press(digits),
  take: () => { take = true; return refresh(); },
  join: async ({ call, mode }) => {
    joining = call;
    if (!(await done("join", `/api/v1/calls/${call}/parties`, { kind: "supervisor", mode }))) joining = null;
  },
  microphone: async () => { await microphone.check(); await refresh(); },
  notice: () => signs.ask(),
};
const act = (detail) => {
  const made = ACTS[detail.act];
  if (made) Promise.resolve(made(detail)).catch((error) => console.warn("line", error));
};
// A tab that is not the line asks the one that is.
const asked = (detail) => {
  if (detail.act === "take" || here) { if (detail.act === "take" && !here) lead(true, true); else act(detail); return; }
  channel.postMessage({ do: detail });
};
document.addEventListener("line:do", (event) => asked(event.detail));
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-line]");
  if (button) asked({ act: button.dataset.line, digits: button.dataset.digits, call: Number(button.dataset.call), mode: button.dataset.mode });
});
for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, () => {
    if (!here) return;
    if (server?.call || playing) audio();
    if (blocked) { blocked = false; mesh.unblock(); show(); }
  }, { capture: true, passive: true });
}

// ------------------------------------------------------------------ one tab is the line
channel.addEventListener("message", ({ data }) => {
  if (data.do) { if (here) act(data.do); return; }
  if (data.hello) { if (here) show(); return; }
  if (!here) spread(data);
});

const begin = () => {
  here = true;
  refresh();
  sender.send();
};
const stop = () => {
  here = false;
  playing?.end();
  playing = null;
  recorder?.stop();
  mesh.close();
  microphone.close();
};
const lead = (steal = false, forced = false) => {
  take = take || forced;
  navigator.locks.request(name, steal ? { steal: true } : {}, () => new Promise(() => begin())).catch(() => { stop(); lead(); });
};

setInterval(() => { if (here && (server?.line.operator || server?.call || server?.ringing)) refresh(); }, BEAT);
for (const kind of ["live:line", "live:call", "live:reset"]) page.addEventListener(kind, () => { if (here) refresh(); });
window.addEventListener("online", () => { if (here) { refresh(); sender.send(); } });
window.addEventListener("pagehide", () => { if (recorder?.recorder) recorder.stop(); });
lead();
channel.postMessage({ hello: true });
