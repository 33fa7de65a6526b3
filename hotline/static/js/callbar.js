// The call bar of the centre's pages: drawn anew when something of one's own calls changes, and never under somebody's hands.
// A press goes to the API and leaves the page as it is; times tick by themselves. The voices are the softphone's (softphone.js).
const bar = document.getElementById("callbar"), panel = document.getElementById("pass-on");
const ANSWER = "call:answer";

if (bar) {
  const csrf = document.querySelector('meta[name="csrf"]').content, me = Number(bar.dataset.user);
  const row = () => bar.querySelector(".bar-row");
  const refresh = () => bar.dispatchEvent(new CustomEvent("bar:refresh"));

  // ---------------------------------------------------------------- when it is drawn anew
  document.body.addEventListener("live:call", ({ detail }) => {
    const own = detail.operator === me || (detail.call && String(detail.call) === row()?.dataset.call);
    if (own || detail.contact) refresh();
    // What waits at the desk changes by one's own calls, and by what is owed; not by each step of everybody's calls.
    if (own || !detail.state) document.body.dispatchEvent(new CustomEvent("desk:calls"));
  });
  document.body.addEventListener("live:reset", refresh);
  let line = "";
  document.addEventListener("line:state", ({ detail }) => {
    const now = `${detail.state}/${detail.call?.id}/${detail.call?.on_hold}/${detail.call?.parties?.length}/${detail.ringing?.call}`;
    if (now !== line) refresh();
    line = now;
    for (const mute of bar.querySelectorAll('[data-line="mute"]')) mute.setAttribute("aria-pressed", String(detail.muted));
    const wanted = sessionStorage.getItem(ANSWER);
    if (wanted && detail.ringing && String(detail.ringing.call) === wanted) {
      sessionStorage.removeItem(ANSWER);
      document.dispatchEvent(new CustomEvent("line:do", { detail: { act: "answer" } }));
    }
  });
  document.addEventListener("line:refused", ({ detail }) => say(detail.said));
  const held = () => bar.querySelector("select:focus, input:focus");
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === bar && (held() || event.detail.xhr.status >= 400)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === bar) drawn();
    tick();
  });

  // ---------------------------------------------------------------- what is drawn
  let before = "", skew = 0; // ms between the server's clock and ours
  function drawn() {
    const { state, call, rings, now, missed } = row()?.dataset ?? {};
    if (!state) return;
    skew = Date.parse(now) - Date.now();
    const desk = document.querySelector("[data-call-page]");
    bar.classList.toggle("quiet", (!desk || state === "off") && !call && !missed && state !== "wrap_up");
    bar.classList.toggle("rings-now", Boolean(rings));
    const answer = bar.querySelector("[data-answer]");
    if (answer?.getAttribute("href") === `${location.pathname}${location.search}`) answer.dataset.line = "answer";
    for (const link of bar.querySelectorAll("[data-form]")) link.hidden = link.getAttribute("href") === `${location.pathname}${location.search}`;
    if (!call || rings) close();
    if (!call) dialled.hidden = true;
    place();
    // The call went on to the next operator: a form in which nothing was written goes with it.
    const form = document.getElementById("new");
    if (missed && before === "ringing" && desk && form?.elements.contact && !form.elements.text.value) location.assign("/operator");
    before = rings ? "ringing" : state;
  }
  const two = (n) => String(n).padStart(2, "0");
  const words = (seconds) => (seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}` : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`);
  function tick() {
    const now = Date.now() + skew;
    for (const one of document.querySelectorAll("[data-since]")) one.textContent = words(Math.max(0, Math.floor((now - Date.parse(one.dataset.since)) / 1000)));
    for (const one of document.querySelectorAll("[data-until]")) {
      const left = Math.ceil((Date.parse(one.dataset.until) - now) / 1000);
      one.textContent = words(Math.max(0, left));
      if (left <= 0 && !one.dataset.over) { one.dataset.over = "yes"; setTimeout(refresh, 1500); }
    }
  }
  setInterval(tick, 1000);

  // The place, to be read out to 110, 119, 120 or 122: as it stands in the form.
  const typed = () => document.getElementById("new-place")?.value.trim();
  function place() {
    for (const one of bar.querySelectorAll("[data-place]")) {
      one.dataset.known ??= one.textContent;
      one.textContent = typed() || one.dataset.known;
    }
  }
  document.addEventListener("input", (event) => { if (event.target.id === "new-place") place(); });

  // ---------------------------------------------------------------- what is pressed
  function say(text) {
    const said = document.getElementById("bar-said");
    if (!said) return;
    said.textContent = text;
    said.hidden = !text;
  }
  // A number that is shown once: where it was asked for, and beside the bar while it is being called.
  const dialled = document.getElementById("dialled");
  function number(form, text) {
    const place = form.querySelector("[data-number]") ?? dialled.querySelector("b");
    place.textContent = text;
    if (dialled.contains(place)) dialled.hidden = false;
  }
  async function ask(path, fields) {
    const answer = await fetch(`/api/v1${path}`, {
      method: "POST", body: JSON.stringify(fields), headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    }).catch(() => null);
    const found = answer ? await answer.json().catch(() => ({})) : {};
    say(answer ? (answer.ok ? "" : (found.detail ?? "")) : document.getElementById("offline").textContent);
    return answer?.ok ? found : null;
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!("act" in form.dataset) || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    delete fields.csrf;
    const done = await ask(form.getAttribute("action"), fields);
    delete form.dataset.busy;
    if (!done) return;
    if (done.number) number(form, done.number);
    if ("shows" in form.dataset) return;
    if (panel?.contains(form)) close();
    document.activeElement?.closest?.("#callbar")?.querySelector("select:focus")?.blur();
    refresh();
  });
  document.addEventListener("click", (event) => {
    const answer = event.target.closest?.("[data-answer]"), opens = event.target.closest?.("[data-opens]");
    if (answer) {
      if (answer.dataset.line) { // here: the softphone does it
        event.preventDefault();
        document.querySelector("#new-text")?.focus();
      } else sessionStorage.setItem(ANSWER, answer.dataset.answer);
    }
    if (opens) panel.hidden ? open() : close();
    if (event.target.closest?.("[data-closes]")) close();
  });
  function open() {
    panel.hidden = false;
    bar.querySelector("[data-opens]")?.setAttribute("aria-expanded", "true");
    const search = panel.querySelector("#guest-q");
    search.dispatchEvent(new CustomEvent("bar:opened"));
    search.focus();
  }
  function close() {
    if (panel.hidden) return;
    const within = panel.contains(document.activeElement);
    panel.hidden = true;
    bar.querySelector("[data-opens]")?.setAttribute("aria-expanded", "false");
    if (within) bar.querySelector("[data-opens]")?.focus();
  }
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  // The browser line sounds the keys itself; a telephone's line is told to.
  function press(keys) {
    if (["talking", "held"].includes(document.documentElement.dataset.line)) {
      document.dispatchEvent(new CustomEvent("line:do", { detail: { act: "keys", digits: keys } }));
      return;
    }
    const call = row()?.dataset.call;
    if (call) ask(`/calls/${call}/keys`, { digits: keys });
  }
  panel.addEventListener("click", (event) => {
    const key = event.target.closest?.("[data-digit]");
    if (key) press(key.dataset.digit);
  });
  const digits = panel.querySelector("#bar-digits");
  digits.addEventListener("input", () => {
    const keys = digits.value.replace(/[^0-9*#]/g, "");
    digits.value = "";
    if (keys) press(keys);
  });
}
