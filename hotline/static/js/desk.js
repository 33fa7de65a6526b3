// The ticket: when it changes elsewhere the page says so, and nothing that is being typed is lost.
const ticket = document.querySelector("[data-ticket]")?.dataset.ticket;
document.body.addEventListener("live:ticket", (event) => {
  if (ticket && event.detail.number === ticket) document.getElementById("changed").hidden = false;
});

// Who else of the centre looks at the ticket: this page says that it is open, and asks.
const present = document.getElementById("present");
if (ticket && present) {
  const csrf = document.querySelector('meta[name="csrf"]').content, path = `/tickets/${ticket}/presences`;
  const say = async () => {
    if (document.hidden) return;
    const answer = await fetch(path, { method: "POST", body: "{}", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return;
    const html = await answer.text();
    if (present.innerHTML !== html) present.innerHTML = html;
  };
  const leave = () => navigator.sendBeacon(path, new URLSearchParams({ csrf, leaving: "true" }));
  say();
  setInterval(say, 20_000);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : say()));
  window.addEventListener("pagehide", leave);
  document.body.addEventListener("live:presence", (event) => { if (event.detail.number === ticket && String(event.detail.user) !== document.body.dataset.user) say(); });
}

// A suggestion fills the form that is being typed.
document.addEventListener("click", (event) => {
  const fill = event.target.closest?.("[data-fill]");
  if (!fill) return;
  const fields = [...document.querySelectorAll(`#new [name=${fill.dataset.fill}]`)];
  const field = fields.find((f) => f.type === "radio" && f.value === fill.dataset.value) ?? fields[0];
  if (field.type === "radio") field.checked = true;
  else field.value = fill.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// What waits is not drawn anew under somebody's hands.
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (target.id === "queues" && target.querySelector("details[open], input:focus, button:focus")) event.detail.shouldSwap = false;
});
