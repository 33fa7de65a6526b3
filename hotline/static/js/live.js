// News from the server as DOM events on the body (`live:KIND`, for hx-trigger="live:ticket from:body"). A browser has one
// stream for all its tabs: the tab that holds the lock listens and passes on; where a browser has no locks, each tab listens.
// The server says something at least every 10 s. After so much silence (ms) a stream is frozen, and so is a tab that leads.
const SILENCE = 25_000, LOOK = 5_000;
const body = document.body;

if (body.dataset.live) {
  const kinds = body.dataset.liveKinds.split(" "); // hotline.base.http.live.LiveKind
  const offline = document.getElementById("offline"), over = document.getElementById("over");
  const name = `live:${body.dataset.user}`;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
  // `fresh`: nothing can have been missed, for the page was just made and nobody listened for it before.
  let source = null, release = null, missed = false, fresh = true;
  let heardAt = Date.now(), ledAt = Date.now(), openedAt = 0;

  const spread = (kind, detail) => body.dispatchEvent(new CustomEvent(`live:${kind}`, { detail }));
  const take = ({ kind, detail }) => {
    ledAt = Date.now();
    if (kind === "trying" || kind === "over") {
      missed = true;
      offline.hidden = kind === "over";
      over.hidden = kind !== "over";
      return;
    }
    heardAt = ledAt;
    offline.hidden = over.hidden = true;
    if (missed && kind !== "reset") spread("reset", {}); // what was told meanwhile was not heard
    missed = false;
    if (kind !== "beat") spread(kind, detail);
  };
  const pass = (kind, detail = {}) => {
    take({ kind, detail });
    channel?.postMessage({ kind, detail });
  };
  channel?.addEventListener("message", (event) => {
    fresh = false;
    take(event.data);
  });

  const open = () => {
    source?.close();
    source = new EventSource(body.dataset.live);
    openedAt = Date.now();
    for (const kind of kinds) source.addEventListener(kind, (event) => pass(kind, JSON.parse(event.data || "{}")));
    source.addEventListener("open", () => {
      pass(fresh ? "beat" : "reset");
      fresh = false;
    });
    source.addEventListener("error", lost);
  };
  // The browser itself comes back after a broken line; after a refusal it does not: the session is over, or the service is away.
  const lost = async () => {
    pass("trying");
    if (source?.readyState !== EventSource.CLOSED) return;
    const me = await fetch("/me", { redirect: "manual" }).catch(() => null);
    if (!source) return;
    if (me?.type === "opaqueredirect") pass("over");
    else setTimeout(() => source && open(), LOOK);
  };

  const lead = (steal = false) => {
    if (!channel || !navigator.locks) return open();
    const held = () => new Promise((done) => { release = done; open(); });
    navigator.locks.request(name, steal ? { steal: true } : {}, held).catch(() => {
      // Another tab took over, because this one was silent: it listens to that one now.
      source?.close();
      source = release = null;
      lead();
    });
  };
  const leave = () => {
    source?.close();
    source = null;
    release?.();
    release = null;
  };

  setInterval(() => {
    const now = Date.now();
    if (now - heardAt <= SILENCE) return;
    if (source) {
      pass("trying");
      if (now - openedAt > SILENCE) open();
    } else if (now - ledAt > SILENCE) {
      take({ kind: "trying" });
      lead(true);
    }
  }, LOOK);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { missed = true; lead(); } });
  lead();
}
