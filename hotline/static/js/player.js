// A recording's player (<sound-player>, templates/recordings/player.html). Pressing play asks the server first: it puts the hearing on
// record and gives the addresses of the tracks. Two tracks that were recorded apart play as one.
const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";
const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
const APART = 0.15;

class SoundPlayer extends HTMLElement {
  connectedCallback() {
    if (this.tracks) return;
    this.tracks = [];
    this.ms = Number(this.dataset.ms) || 0;
    this.place = this.querySelector("input[type=range]");
    this.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); this.toggle(); });
    this.place.addEventListener("input", () => this.seek(Number(this.place.value)));
    this.querySelector("[data-speed]").addEventListener("change", () => this.speed());
    this.querySelector(".wave").addEventListener("click", (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.ms);
    });
    this.addEventListener("keydown", (event) => {
      const step = { j: -5000, k: 5000 }[event.key];
      if (step && this.tracks.length && !event.target.matches("select")) { event.stopPropagation(); this.seek(this.at() + step); }
    });
  }

  disconnectedCallback() { for (const track of this.tracks) track.pause(); }

  at() { return (this.tracks[0]?.currentTime ?? 0) * 1000; }

  async toggle() {
    if (this.tracks[0] && !this.tracks[0].paused) { for (const track of this.tracks) track.pause(); return; }
    if (this.busy) return;
    this.busy = true;
    try {
      if (!this.tracks.length || this.tracks[0].ended) await this.press();
      await Promise.all(this.tracks.map((track) => track.play()));
    } catch (error) {
      this.say(error.said ?? this.dataset.failed);
    } finally { this.busy = false; }
  }

  // Each time it is heard from its beginning is one hearing; a pause and a jump back are part of it.
  async press() {
    const answer = await fetch(`/api/v1/recordings/${this.dataset.recording}/plays`, {
      method: "POST", headers: { "X-CSRF-Token": csrf(), "Content-Type": "application/json" }, body: "{}",
    });
    const found = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(found.title), { said: found.detail });
    this.say("");
    for (const track of this.tracks) track.removeAttribute("src");
    this.tracks = found.tracks.map(({ url }) => Object.assign(new Audio(url), { preload: "auto" }));
    if (!this.tracks.length) throw new Error("no tracks");
    const [first] = this.tracks;
    for (const name of ["play", "pause", "ended"]) first.addEventListener(name, () => this.show());
    first.addEventListener("timeupdate", () => this.follow());
    first.addEventListener("error", () => this.say(this.dataset.failed));
    this.place.disabled = false;
    this.speed();
  }

  seek(ms) {
    const to = Math.min(Math.max(ms, 0), Math.max(this.ms - 50, 0)) / 1000;
    for (const track of this.tracks) track.currentTime = to;
    if (this.tracks.length) this.follow(to * 1000);
  }

  speed() {
    const speed = Number(this.querySelector("[data-speed]").value);
    for (const track of this.tracks) track.playbackRate = speed;
  }

  follow(ms = this.at()) {
    for (const track of this.tracks.slice(1)) {
      if (Math.abs(track.currentTime - this.tracks[0].currentTime) > APART) track.currentTime = this.tracks[0].currentTime;
    }
    this.place.value = ms;
    this.place.setAttribute("aria-valuetext", clock(ms));
    this.querySelector("[data-at]").textContent = clock(ms);
    this.querySelector(".heard").setAttribute("width", this.ms ? Math.min(ms / this.ms, 1) * 480 : 0);
  }

  show() {
    const on = !this.tracks[0].paused;
    if (!on) for (const track of this.tracks) track.pause();
    this.querySelector("[data-word]").firstChild.data = `${on ? this.dataset.pause : this.dataset.play} `;
    this.querySelector("form .mark").textContent = on ? "‖" : "▶";
    this.classList.toggle("playing", on);
  }

  say(words) { this.querySelector("[data-said]").textContent = words; }
}
customElements.define("sound-player", SoundPlayer);
