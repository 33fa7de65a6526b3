// A move from a phone: what is refused is said beside its form, and nothing that was typed is lost.
const say = (form, text) => {
  let said = form.querySelector(":scope > .said");
  if (!said) {
    said = document.createElement("p");
    said.className = "said";
    said.setAttribute("role", "alert");
    form.prepend(said);
  }
  said.textContent = text;
  said.scrollIntoView({ block: "nearest" });
};

const send = async (event) => {
  const form = event.target.closest("form[data-move]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  const large = [...form.querySelectorAll("input[type=file]")].some((i) => [...i.files].some((f) => f.size > 10_000_000));
  if (large) return say(form, form.dataset.large ?? "");
  form.dataset.sent = "yes";
  const fields = new FormData(form, event.submitter);
  const body = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", headers: { "HX-Request": "true" } });
    if (answer.type === "opaqueredirect" || answer.ok) {
      if (form.dataset.draft) sessionStorage.removeItem(`draft:${form.dataset.draft}`);
      const next = new URL(fields.get("next") ?? location.href, location.href);
      if (next.pathname === location.pathname) history.replaceState(null, "", next);
      return next.pathname === location.pathname ? location.reload() : location.assign(next);
    }
    if (answer.status === 401) return location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    say(form, part.querySelector(".said")?.textContent.trim() || `${answer.status}`);
  } catch {
    say(form, document.getElementById("offline")?.textContent ?? "…");
  }
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
};
document.addEventListener("submit", send, true);

// A template goes where the cursor stands; what is there stays.
document.addEventListener("change", (event) => {
  const choice = event.target.closest("select[data-template-for]");
  if (!choice || !choice.value) return;
  const area = document.getElementById(choice.dataset.templateFor);
  const text = choice.selectedOptions[0].dataset.text;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  choice.value = "";
});
