// A caller's telephone in the browser (/call): it rings the hotline, shows and speaks what is announced, waits with music, talks, and
// leaves a message. What it shows follows from what the server says; a page that is loaded again goes on with its call.
import { Mesh } from "./line/mesh.js";
import { Microphone } from "./line/microphone.js";
import { audio, beep, keyTrack, music, ring } from "./line/sounds.js";

const root = document.querySelector("[data-phone]"), part = (name) => root.querySelector(`[data-part="${name}"]`);
const KEPT = "line:call", BEAT = 10_000, PIECE = 5_000, LONGEST = 180_000, PAUSE = 6_000;
const session = crypto.randomUUID(), microphone = new Microphone();
let mine = JSON.parse(sessionStorage.getItem(KEPT) ?? "null"), source = null, state = null, spoken = "", muted = false, playing = null;
let recorder = null, sending = Promise.resolve(), seq = 0, waited = null, number = null;

const post = async (path, fields = {}) => {
  const headers = { "Content-Type": "application/json", ...(mine ? { "X-Line": mine.token } : {}) };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(fields), keepalive: path === "/call/hang-ups" }).catch(() => null);
  if (!answer || answer.status >= 500) return { state: "away" };
  const found = await answer.json().catch(() => ({}));
  return answer.ok ? { state: "taken", found } : { state: "refused", status: answer.status, said: found.detail ?? "" };
};

const mesh = new Mesh({
  session,
  post: async (call, signals) => (await post("/call/signals", { call, signals })).state,
  changed: () => draw(),
  blocked: () => { part("blocked").hidden = false; },
  failed: (error) => console.warn("line", error),
});

let asking = null, again = false;
const refresh = () => {
  again = Boolean(asking);
  asking ??= (async () => {
    do {
      again = false;
      if (!mine) return;
      const said = await post("/call/line", { session, after: mesh.seen });
      if (said.state === "refused" && said.status === 404) { finish(); return; }
      part("away").hidden = said.state === "taken";
      if (said.state === "taken") await apply(said.found);
    } while (again);
  })().finally(() => { asking = null; });
  return asking;
};

const apply = async (found) => {
  state = found;
  if (state.phase !== "arriving") clearTimeout(waited);
  mesh.update(state.call, state.ice);
  if (state.call) await mesh.speak(microphone.track);
  if (state.phase === "voicemail") takeMessage();
  else if (recorder && state.phase !== "over") leaveMessage();
  speak();
  if (state.phase === "over") finish();
  draw();
};

// What is announced, aloud where the caller wants it and the browser can; then whoever pressed no key goes on.
const speak = () => {
  const words = state.words.join(" ");
  if (words === spoken) return;
  spoken = words;
  const goOn = () => { if (state?.phase === "arriving") waited = setTimeout(() => press(""), PAUSE); };
  window.speechSynthesis?.cancel();
  if (!words || !part("aloud").checked || !window.speechSynthesis?.getVoices().length) { goOn(); return; }
  const said = new SpeechSynthesisUtterance(words);
  said.lang = document.documentElement.lang;
  said.onend = said.onerror = goOn;
  window.speechSynthesis.speak(said);
};

// Music while nobody of the centre is heard; ringing where the caller is called.
const sound = () => {
  const rings = state?.phase === "ringing", waits = ["waiting", "talking"].includes(state?.phase) && !mesh.hears && mine;
  const wanted = rings ? "ring" : waits ? "music" : "";
  if (playing?.wanted === wanted) return;
  playing?.end();
  playing = wanted ? { wanted, end: rings ? ring() : music() } : null;
  root.dataset.plays = wanted;
};

const draw = () => {
  const phase = mine || state?.phase === "over" ? state?.phase ?? "calling" : microphone.why ? "microphone" : "idle";
  root.dataset.phase = phase === "talking" && state.call.held ? "held" : phase === "talking" && !mesh.hears ? "connecting" : phase;
  for (const one of root.querySelectorAll("[data-for]")) one.hidden = !one.dataset.for.split(" ").includes(root.dataset.phase);
  for (const one of root.querySelectorAll("[data-why]")) one.hidden = one.dataset.why !== microphone.why;
  part("words").textContent = state?.words.join(" ") ?? "";
  part("position").textContent = state?.position ?? "";
  part("number").textContent = number ?? "";
  part("taken").hidden = !number;
  const keys = (state?.keys ?? []).map(({ key, words, item }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.digits = key;
    if (item) button.dataset.item = item;
    button.textContent = `${key} · ${words}`;
    return button;
  });
  part("keys").replaceChildren(...keys);
  const heard = (state?.call?.parties ?? []).filter((party) => party.i_hear).map((party) => party.name);
  part("names").textContent = heard.join(" · ");
  part("mute").setAttribute("aria-pressed", String(muted));
  sound();
};

// ------------------------------------------------------------------ what the caller does
const call = async () => {
  audio();
  part("said").textContent = "";
  if (!(await microphone.open())) { draw(); return; }
  number = null;
  spoken = "";
  const answers = root.dataset.answers;
  const said = answers ? await post(`/call/telephones/${answers}`) : await post("/call/begin", { phone: part("phone").value.trim() });
  root.dataset.answers = "";
  if (said.state !== "taken") { microphone.close(); part("said").textContent = said.said || root.dataset.away; draw(); return; }
  mine = said.found;
  sessionStorage.setItem(KEPT, JSON.stringify(mine));
  listen();
};

const listen = () => {
  source?.close();
  source = new EventSource(`/call/live/${mine.name}`);
  source.addEventListener("line", refresh);
  source.addEventListener("reset", refresh);
  source.addEventListener("open", refresh);
};

const press = async (digits, item = null) => {
  clearTimeout(waited);
  if (state?.phase === "talking" && digits) {
    const { track, done } = keyTrack(digits);
    await mesh.speak(track);
    await done;
    await mesh.speak(microphone.track);
    return;
  }
  const said = await post("/call/keys", { digits, item });
  if (said.found?.number) number = `${said.found.number} · ${said.found.code}`;
  await refresh();
};

const hangUp = async () => {
  if (recorder) { await endMessage(); return; }
  await post("/call/hang-ups");
  await refresh();
};

const finish = () => {
  sessionStorage.removeItem(KEPT);
  mine = null;
  source?.close();
  clearTimeout(waited);
  mesh.update(null);
  if (recorder?.state === "recording") recorder.stop();
  recorder = null;
  microphone.close();
  draw();
};

// ------------------------------------------------------------------ a message
const base64 = async (blob) => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};
// Pieces go one after the other; one that does not arrive is sent again until it does.
const send = (blob, ms, last = false) => {
  const fields = (async () => ({ session, seq: blob ? seq++ : seq, ms, sound: blob ? await base64(blob) : "", last }))();
  sending = sending.then(async () => {
    for (let tries = 0; tries < 20; tries += 1) {
      if ((await post("/call/message", await fields)).state !== "away") return;
      await new Promise((go) => setTimeout(go, 2_000));
    }
  });
  return sending;
};
const takeMessage = async () => {
  if (recorder || !microphone.stream) return;
  recorder = new MediaRecorder(microphone.stream, { mimeType: "audio/webm;codecs=opus", audioBitsPerSecond: 24_000 });
  let since = performance.now();
  recorder.addEventListener("dataavailable", ({ data }) => {
    const now = performance.now(), ms = Math.min(Math.round(now - since), 60_000);
    since = now;
    if (data.size) send(data, ms);
  });
  beep();
  recorder.start(PIECE);
  setTimeout(() => endMessage(), LONGEST);
};
// The caller keeps the place instead: what was said so far is no message.
const leaveMessage = () => {
  if (recorder.state === "recording") recorder.stop();
  recorder = null;
};
const endMessage = async () => {
  const ending = recorder;
  if (!ending || ending.state !== "recording") return;
  const stopped = new Promise((done) => ending.addEventListener("stop", done, { once: true }));
  ending.stop();
  await stopped;
  await send(null, 0, true);
  recorder = null;
  await refresh();
};

// ------------------------------------------------------------------ the page
const ACTS = {
  call, "hang-up": hangUp, "go-on": () => press(""),
  "pick-up": async () => { if (await microphone.open()) { await post("/call/pick-ups"); await refresh(); } },
  mute: () => { muted = !muted; microphone.mute(muted); draw(); },
  again: () => { state = null; draw(); },
};
root.addEventListener("click", (event) => {
  audio();
  const button = event.target.closest("button");
  if (button?.dataset.digits) press(button.dataset.digits, button.dataset.item ? Number(button.dataset.item) : null);
  else if (button?.dataset.act) ACTS[button.dataset.act]();
});
root.addEventListener("submit", (event) => event.preventDefault());
for (const kind of ["pointerdown", "keydown"]) {
  document.addEventListener(kind, () => { if (mine) audio(); part("blocked").hidden = true; mesh.unblock(); }, { capture: true, passive: true });
}
setInterval(() => { if (mine) refresh(); }, BEAT);
window.addEventListener("online", () => { if (mine) refresh(); });
if (mine) microphone.open().then(() => { draw(); listen(); });
else draw();
