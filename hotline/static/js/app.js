// What every page does: tokens on htmx requests, drafts kept. News from the server: live.js; keys: keys.js.
const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = csrf;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true;
});

for (const link of document.querySelectorAll("[data-back]")) {
  link.addEventListener("click", (event) => {
    if (history.length > 1) { event.preventDefault(); history.back(); }
  });
}

// A form that opens by its key (details.act) takes the cursor; Esc closes it, Ctrl+Enter sends any form.
const first = (act) => act.querySelector("form input:not([type=hidden]), form select, form textarea, form button");
document.addEventListener("click", (event) => {
  const act = event.target.closest?.("summary")?.parentElement;
  if (!act?.classList.contains("act") || act.open) return;
  event.preventDefault();
  act.open = true;
  first(act)?.focus();
});
document.addEventListener("keydown", (event) => {
  const act = event.target.closest?.(".act[open]");
  if (event.key === "Escape" && act) {
    act.open = false;
    act.querySelector("summary").focus();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
});
const refused = document.querySelector(".act[open]:has(.said)");
if (refused) (refused.querySelector("[aria-invalid=true]") ?? first(refused))?.focus();

// What was sent is let go of only where it arrived: a page that says it did not ([data-unsent]) gives it back to its form.
for (const key of Object.keys(sessionStorage).filter((k) => k.startsWith("sent:"))) {
  if (document.querySelector("[data-unsent]")) sessionStorage.setItem(key.slice("sent:".length), sessionStorage.getItem(key));
  sessionStorage.removeItem(key);
}
document.querySelector('form[action="/logout"]')?.addEventListener("submit", () => sessionStorage.clear());

// What was typed in a form with data-draft survives a reload, a lost connection, and a session that is over.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const name = `draft:${form.dataset.draft}`;
  const kept = JSON.parse(sessionStorage.getItem(name) ?? "{}");
  for (const field of form.elements) {
    if (field.name && !["csrf", "once"].includes(field.name) && kept[field.name] && !field.value) field.value = kept[field.name];
  }
  form.addEventListener("input", () => {
    const values = Object.fromEntries(new FormData(form));
    delete values.csrf;
    delete values.once;
    sessionStorage.setItem(name, JSON.stringify(values));
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const values = sessionStorage.getItem(name);
    if (values) sessionStorage.setItem(`sent:${name}`, values);
    sessionStorage.removeItem(name);
  });
}

// One press is enough: a form that is on its way is not sent again (the server takes it once in any case).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// A call for this operator: an idle desk (data-call-page) opens the form by itself; elsewhere, and where something is being
// typed, the call bar (callbar.js) or a banner with a key leads to it.
document.body.addEventListener("live:call", (event) => {
  if (!event.detail.contact || event.detail.ended) return;
  const target = `/operator?contact=${event.detail.contact}`;
  const form = document.querySelector("[data-call-page] #new");
  const idle = form && !new URLSearchParams(location.search).has("contact") && ![...form.querySelectorAll("textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])")].some((f) => f.value);
  if (idle) { location.assign(target); return; }
  if (event.detail.call) return;
  const ringing = document.getElementById("ringing");
  if (!ringing) return;
  ringing.querySelector("a").href = target;
  ringing.hidden = false;
});

// What cannot wait: a ticket that must be looked at, or several with the duty desk, where nobody is on shift.
document.body.addEventListener("live:alarm", (event) => {
  const alarm = document.getElementById("alarm");
  if (!alarm) return;
  alarm.querySelector("a").href = event.detail.number ? `/tickets/${event.detail.number}` : "/operator";
  alarm.hidden = false;
});

// On a phone the rows of a table of the class cards stand alone: each cell says what its column is.
const label = (root) => {
  for (const table of root.querySelectorAll("table.cards")) {
    const heads = [...table.querySelectorAll("thead th")].map((th) => th.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.children].forEach((cell, at) => { if (cell.tagName === "TD" && at > 0 && heads[at]) cell.dataset.label = heads[at]; });
    }
  }
};
label(document);
document.addEventListener("htmx:afterSwap", (event) => label(event.target));

// All scripts of the page have run (modules run before this event): its keys work. The tests wait for this mark.
document.addEventListener("DOMContentLoaded", () => { document.documentElement.dataset.ready = ""; });
