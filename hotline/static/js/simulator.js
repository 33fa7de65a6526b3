// The phones follow the news; what is being typed stays.
const phones = document.querySelector("[data-live-simulator]");
const source = new EventSource(phones.dataset.liveSimulator);
const atEnd = () => { for (const list of document.querySelectorAll("[data-end]")) list.scrollTop = list.scrollHeight; };
const follow = async () => {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const lists = [...fresh.querySelectorAll("[data-end]")];
  document.querySelectorAll("[data-end]").forEach((list, i) => { if (lists[i]) list.replaceChildren(...lists[i].childNodes); });
  document.getElementById("outside")?.replaceChildren(...(fresh.getElementById("outside")?.childNodes ?? []));
  atEnd();
};
source.addEventListener("sms", follow);
source.addEventListener("line", follow);
window.addEventListener("pagehide", () => source.close());
atEnd();
