// Notice sheets while somebody speaks: found as one types, the arrows choose, Enter picks. What is picked becomes the answer, below
// which it is said that it cites the sheet; Esc empties the box.
for (const place of document.querySelectorAll("[data-sheets]")) {
  const input = place.querySelector("[role=combobox]"), cited = place.querySelector(".cited"), into = document.getElementById(place.dataset.sheets);
  const found = place.querySelector("#sheets-found"), [sheet, sms] = cited.querySelectorAll("input");
  const options = () => [...found.querySelectorAll("[role=option]")];
  const chosen = () => found.querySelector("[aria-selected=true]");
  let wait = 0, wanted = false;

  // A Chinese input method is listened to when it has made its characters, not before.
  const look = () => {
    clearTimeout(wait);
    wait = setTimeout(() => htmx.trigger(input, "sheets"), 90);
  };
  input.addEventListener("input", (event) => { if (!event.isComposing) look(); });
  input.addEventListener("compositionend", look);
  // What is shown may still belong to fewer characters than were typed: an Enter that comes so early waits for its own.
  const shown = () => found.querySelector("[data-words]")?.dataset.words === input.value.trim();
  found.addEventListener("htmx:afterSwap", () => {
    choose(options()[0]);
    if (wanted && shown()) pick(chosen());
    wanted = false;
  });

  const choose = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    input.setAttribute("aria-expanded", String(Boolean(option)));
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const empty = () => {
    clearTimeout(wait);
    wanted = false;
    input.value = "";
    found.replaceChildren();
    choose(undefined);
  };

  const show = (title) => {
    cited.hidden = !sheet.value;
    sms.disabled = !sheet.value;
    if (!sheet.value) return;
    cited.querySelector("b").textContent = title;
    cited.querySelector("a").href = `/sheets/${sheet.value}`;
    (into.closest(".field") ?? into).after(cited);
  };
  const pick = (option) => {
    if (!option || option.getAttribute("aria-disabled") === "true") return;
    const act = into.closest("details");
    if (act) act.open = true;
    sheet.value = option.dataset.sheet;
    sms.checked = true;
    sessionStorage.setItem(`sheet:${sheet.value}`, option.dataset.title);
    show(option.dataset.title);
    into.value = into.value.trim() ? `${into.value.trim()}\n${option.dataset.answer}` : option.dataset.answer;
    into.dispatchEvent(new Event("input", { bubbles: true }));
    empty();
    into.focus();
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const all = options(), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    } else if (step) {
      found.querySelector("[data-missing]")?.focus();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (shown()) { pick(chosen()); return; }
      wanted = Boolean(input.value.trim());
      clearTimeout(wait);
      htmx.trigger(input, "sheets");
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      empty();
    }
  });
  found.addEventListener("mousedown", (event) => { if (event.target.closest("[role=option]")) event.preventDefault(); });
  found.addEventListener("click", (event) => pick(event.target.closest("[role=option]")));
  cited.querySelector("[data-uncite]").addEventListener("click", () => {
    sheet.value = "";
    show("");
    into.dispatchEvent(new Event("input", { bubbles: true }));
    into.focus();
  });
  // A draft that came back, or a form that was refused, still cites what it cited.
  if (sheet.value) show(sessionStorage.getItem(`sheet:${sheet.value}`) ?? `#${sheet.value}`);
}
