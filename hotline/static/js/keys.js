// Keys. One shown on a button or link (data-key) works wherever nothing is being typed; Alt+key and F-keys work anywhere.
// `?` lists those of the page; there single keys can be switched off (WCAG 2.1.4), in this browser. What cannot be taken
// back (data-sure: the question) asks first.
const list = document.getElementById("keys"), single = document.getElementById("keys-single");
const OFF = "keys:off";
const on = () => localStorage.getItem(OFF) !== "yes";
const shown = () => [...document.querySelectorAll("[data-key]")].filter((e) => e.offsetParent);
const cursor = "form input:not([type=hidden]), form select, form textarea, form button";

const act = (target) => {
  if (target.matches("input, textarea, select")) target.focus();
  else if (target.parentElement.open) target.parentElement.querySelector(cursor)?.focus();
  else target.click();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || list?.open) return;
  // A dialogue that just closed may hold the focus until the next frame; its keys are the page's again at once.
  const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]");
  const single = !event.altKey && !/^F\d+$/.test(event.key);
  if (typing && single) return;
  if (event.key === "?" && list) { event.preventDefault(); open(); return; }
  if (single && !on()) return;
  // With Alt, or while a Chinese input method listens, the key is known by its place only.
  const place = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const wanted = !event.altKey && /^[!-~]$/.test(event.key) ? event.key.toLowerCase() : `${event.shiftKey && /^f\d/.test(place) ? "shift+" : ""}${place}`;
  const target = shown().find((e) => e.dataset.key === wanted);
  if (!target) return;
  event.preventDefault();
  act(target);
});

// The words of a key's button without the key itself; of a field its label.
const words = (target) => {
  const said = (target.labels?.[0] ?? target).cloneNode(true);
  for (const key of said.querySelectorAll("kbd")) key.remove();
  return (said.textContent.trim() || target.getAttribute("aria-label") || "").replace(/\s+/g, " ");
};
function open() {
  const rows = shown().map((target) => {
    const row = document.createElement("li"), key = document.createElement("kbd");
    key.textContent = target.dataset.key.replace("shift+", "⇧").toUpperCase();
    row.append(key, ` ${words(target)}`);
    return row;
  });
  list.querySelector("ul").replaceChildren(...rows);
  single.checked = on();
  list.showModal();
}
single?.addEventListener("change", () => (single.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes")));
document.getElementById("keys-open")?.addEventListener("click", open);

// Asked once more, in a dialogue of the page itself: Enter goes on, Esc does not.
const sure = document.getElementById("sure");
let asked = null, going = null;
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.sure ?? event.target.dataset.sure;
  if (!question || !sure || going === event.target) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  asked = { form: event.target, submitter: event.submitter };
  sure.querySelector("p").textContent = question;
  sure.returnValue = "";
  sure.showModal();
}, true);
// The browser tells of a closed dialogue a moment later; meanwhile the next question may stand open, and it keeps its answer.
sure?.addEventListener("close", () => {
  if (sure.open || !asked) return;
  const { form, submitter } = asked;
  asked = null;
  if (sure.returnValue !== "yes") return;
  going = form;
  form.requestSubmit(submitter);
  going = null;
});
