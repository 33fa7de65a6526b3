// What calls somebody to the telephone who looks elsewhere: the title blinks, and the browser says so where it may (asked for once).
// It also draws the plain bar ([data-line-bar]) of pages that have no call bar of their own.
const ASKED = "line:notice-asked";

export class Signs {
  constructor() {
    this.title = document.title;
    this.bar = document.querySelector("[data-line-bar]");
  }

  show(state) {
    this.draw(state);
    const rings = state.state === "ringing";
    if (rings === Boolean(this.blinking)) return;
    if (!rings) {
      clearInterval(this.blinking);
      this.blinking = null;
      document.title = this.title;
      this.notice?.close();
      return;
    }
    const words = this.bar?.dataset.rings ?? "☎";
    this.title = document.title;
    this.blinking = setInterval(() => { document.title = document.title === this.title ? `☎ ${words}` : this.title; }, 700);
    document.title = `☎ ${words}`;
    if (state.here && document.hidden && globalThis.Notification?.permission === "granted") {
      this.notice = new Notification(words, { tag: "line", requireInteraction: true });
      this.notice.onclick = () => { window.focus(); this.notice.close(); };
    }
  }

  // Ask whether the browser may say so; once, and only after something was pressed.
  ask() {
    if (!globalThis.Notification || Notification.permission !== "default" || localStorage.getItem(ASKED)) return;
    localStorage.setItem(ASKED, "yes");
    Notification.requestPermission();
  }

  draw(state) {
    if (!this.bar) return;
    const words = [state.state, state.muted ? "muted" : "", state.blocked ? "blocked" : "", state.here ? "here" : "away", `why-${state.why}`, state.ringing?.party ? "asked" : ""];
    for (const part of this.bar.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").some((wanted) => wanted.split("+").every((one) => words.includes(one)));
    }
    this.bar.hidden = ["off", "idle", ...(this.bar.dataset.beside ?? "").split(" ")].includes(state.state) && !state.blocked && !state.ringing?.party;
    const names = this.bar.querySelector("[data-line-names]");
    if (names) names.textContent = (state.call?.parties ?? []).map((party) => party.name).join(" · ");
  }
}
