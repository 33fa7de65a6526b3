// The form of a new ticket: kept on the server while it is typed, so that a crash, a sign-out or a second tab loses nothing;
// beside a caller it is sent without leaving the page, and stays for the next matter. (A lost connection: app.js, data-draft.)
const form = document.getElementById("new"), notes = document.getElementById("draft-notes"), said = document.getElementById("new-said");
const PAUSE = 700, AGAIN = 10_000, TAB = "desk:place";
const OURS = new Set(["csrf", "once", "contact", "call_back", "further", "draft"]);
const TYPED = ["text", "place", "from", "answer", "for", "department"]; // as hotline/contacts/desk_drafts.py

if (form) {
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const own = () => {
    const found = sessionStorage.getItem(TAB) ?? `tab-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;
    sessionStorage.setItem(TAB, found);
    return found;
  };
  if (form.dataset.place.startsWith("tab-")) { // a form that was begun elsewhere is this tab's from now on
    sessionStorage.setItem(TAB, form.dataset.place);
    history.replaceState(null, "", "/operator");
  }
  const place = form.dataset.place || own();
  form.elements.draft.value = place;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("desk:drafts") : null;
  let version = 0, kept = "", gone = false, timer = 0, saving = Promise.resolve();

  const post = (path, body, more = {}) => fetch(path, {
    method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, "HX-Request": "true" }, ...more,
  });
  const values = () => {
    const found = {};
    for (const [name, value] of new FormData(form)) {
      if (OURS.has(name) || typeof value !== "string") continue;
      found[name] = name in found ? [found[name], value].flat() : value;
    }
    return found;
  };
  const typed = (words) => TYPED.some((name) => words[name]);
  const lost = (words, by) => TYPED.some((name) => words[name] && !(by[name] ?? "").includes(words[name]));
  const fill = (words) => {
    for (const field of form.elements) {
      if (!field.name || OURS.has(field.name) || field.type === "submit") continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = [words[field.name] ?? []].flat().includes(field.value);
      else field.value = words[field.name] ?? "";
    }
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };
  const note = (text, words, ...buttons) => {
    const box = document.createElement("div"), row = document.createElement("p");
    box.className = "note";
    box.append(Object.assign(document.createElement("p"), { textContent: text }));
    if (words) box.append(Object.assign(document.createElement("p"), { className: "words", textContent: TYPED.map((name) => words[name]).filter(Boolean).join("\n") }));
    row.className = "row";
    row.append(...buttons);
    box.append(row);
    notes.replaceChildren(box);
  };
  const quiet = () => notes.replaceChildren();
  // Words that stand elsewhere: taken or left, those that go are offered again.
  const other = (words, at) => note(notes.dataset.other.replace("{at}", at ? new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : ""), words,
    button(notes.dataset.take, () => { const mine = values(); fill(words); other(mine, null); save(); }),
    button(notes.dataset.keep, quiet));

  const save = (again = false) => {
    clearTimeout(timer);
    timer = 0;
    saving = saving.then(async () => {
      const words = values(), text = JSON.stringify(words);
      if ((gone && !again) || (text === kept && !again) || (!version && !typed(words))) return;
      const response = await post("/operator/drafts", { place, base: version, words, again }).catch(() => null);
      if (!response?.ok) { timer ||= setTimeout(save, AGAIN); return; } // kept in this tab meanwhile
      const found = await response.json();
      gone = found.gone;
      if (gone) return note(notes.dataset.gone, null, button(notes.dataset.again, () => { quiet(); version = 0; save(true); }));
      [kept, version] = [text, found.version];
      form.dataset.kept = version;
      if (found.replaced) other(found.replaced, found.at);
      channel?.postMessage({ place, version });
    });
    return saving;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  channel?.addEventListener("message", (event) => saving.then(() => {
    if (event.data.place !== place || event.data.version <= version) return;
    note(notes.dataset.newer, null, button(notes.dataset.take, load), button(notes.dataset.keep, () => { version = event.data.version; quiet(); }));
  }));
  window.addEventListener("pagehide", () => {
    if (!timer || gone) return;
    post("/operator/drafts", { place, base: version, words: values() }, { keepalive: true });
  });

  const fetched = async () => {
    const response = await fetch(`/operator/drafts/${place}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    return response?.ok ? response.json() : null;
  };
  async function load() {
    const found = await fetched();
    if (!found) return;
    quiet();
    fill(found.words);
    [kept, version] = [JSON.stringify(values()), found.version];
  }
  saving = fetched().then((found) => {
    if (!found?.version) return;
    const mine = values();
    if (!typed(mine)) fill(found.words);
    else if (lost(found.words, mine)) { other(found.words, found.at); return; } // its version stays unknown: it is kept beside ours
    [kept, version] = [JSON.stringify(found.words), found.version];
  }).then(() => { form.dataset.kept = version; });

  // Sending waits for what is being kept, so that nothing is kept after it was sent.
  let going = false, busy = false;
  const settled = async () => { if (timer) save(); await saving; };
  document.addEventListener("submit", async (event) => {
    const target = event.target, leaving = target.getAttribute("action") === "/logout";
    if (going || (target !== form && !leaving)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy) return;
    busy = true;
    const submitter = event.submitter;
    await settled();
    if (target === form && "stays" in form.dataset) await send(submitter);
    else {
      going = true;
      target.requestSubmit(submitter);
      going = false;
    }
    busy = false;
  }, true);

  const dim = (on) => { for (const one of form.querySelectorAll("button")) on ? one.setAttribute("aria-disabled", "true") : one.removeAttribute("aria-disabled"); };
  async function send(submitter) {
    dim(true);
    const path = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
    const headers = { "X-CSRF-Token": csrf, "HX-Request": "true" };
    const response = await fetch(path, { method: "POST", body: new URLSearchParams(new FormData(form, submitter)), headers }).catch(() => null);
    dim(false);
    if (!response) { document.getElementById("offline").hidden = false; return; }
    if (response.redirected) { location.assign(response.url); return; }
    const html = await response.text();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    if (!response.ok) return refused(html);
    said.replaceChildren();
    const answer = new DOMParser().parseFromString(html, "text/html");
    form.elements.once.value = answer.getElementById("new-once").value;
    answer.getElementById("new-once").remove();
    document.getElementById("opened").replaceChildren(...answer.body.childNodes);
    form.reset();
    form.elements.further.value = "true";
    sessionStorage.removeItem(`draft:${form.dataset.draft}`);
    [version, kept, gone] = [0, "", false];
    clearTimeout(timer);
    timer = 0;
    quiet();
    document.getElementById("next-matter").hidden = false;
    for (const one of document.querySelectorAll("#no-ticket, #new .leave")) one.hidden = true;
    document.body.dispatchEvent(new CustomEvent("desk:opened"));
    form.elements.text.focus();
  }
  function refused(html) {
    said.innerHTML = html;
    const field = form.elements[said.querySelector("[data-field]")?.dataset.field];
    if (!(field instanceof Element)) return;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  // Forms that were begun elsewhere; this page's own is not one of them.
  const begun = () => {
    for (const list of document.querySelectorAll("[data-unfinished]")) {
      const rows = [...list.querySelectorAll("[data-place]")];
      for (const row of rows) row.hidden = row.dataset.place === place;
      list.hidden = rows.every((row) => row.hidden);
    }
  };
  begun();
  document.addEventListener("htmx:afterSwap", begun);
}
