// The list of tickets: all of a page ticked at once; a file that was taken leaves the form usable.
document.querySelector("[data-tick-all]")?.addEventListener("click", () => {
  const boxes = [...document.querySelectorAll("input[name=numbers]")];
  const on = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = on;
});
for (const form of document.querySelectorAll("form[data-download]")) {
  form.addEventListener("submit", () => setTimeout(() => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }, 1500));
}
