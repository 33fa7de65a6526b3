// The voices of one call: a WebRTC connection to each other party. Who hears whom is the server's word (`hears_me`, `i_hear` of its
// state): it sets the directions here, and the server refuses a description that sends where nobody may hear.
//
// Between two parties the one with the higher id offers, always; so two offers never cross. A page that is made again has another
// session: the connection to the one before is thrown away on both sides, and a new one is made.
const direction = (sends, hears) => (sends && hears ? "sendrecv" : sends ? "sendonly" : hears ? "recvonly" : "inactive");
// A connection that is broken for so long (ms) looks for another way.
const BROKEN = 3_000;

class Peer {
  constructor(mesh, party) {
    this.mesh = mesh;
    this.id = party.id;
    this.session = party.session;
    this.offers = mesh.me > party.id;
    this.waiting = []; // candidates that came before the description
    this.chain = Promise.resolve();
    this.audio = new Audio();
    this.audio.autoplay = true;
    this.pc = new RTCPeerConnection({ iceServers: mesh.ice });
    this.pc.addEventListener("icecandidate", (event) => {
      if (event.candidate) mesh.send(this, "candidate", event.candidate.toJSON());
    });
    this.pc.addEventListener("track", (event) => {
      this.stream = new MediaStream([event.track]);
      this.audio.srcObject = this.stream;
      mesh.play(this.audio);
      mesh.changed();
    });
    this.pc.addEventListener("connectionstatechange", () => this.watch());
  }

  get connected() { return this.pc.connectionState === "connected"; }

  // The party's row as the server has it now.
  apply(party) {
    this.hearsMe = party.hears_me;
    this.iHear = party.i_hear;
    this.audio.muted = !this.iHear;
    this.queue(async () => {
      await this.speak();
      if (this.offers) await this.offer();
    });
  }

  // Send what one says, or nothing. Between the server's word and the new description no sound goes to who may not hear.
  async speak() {
    const link = this.pc.getTransceivers()[0];
    const track = this.hearsMe ? this.mesh.track : null;
    if (link && link.sender.track !== track) await link.sender.replaceTrack(track);
  }

  // Where nobody hears anybody for a while (hold) the connection is kept as it is, and nothing is said on it.
  async offer(restart = false) {
    if (!this.hearsMe && !this.iHear) return;
    const wanted = direction(this.hearsMe, this.iHear);
    let link = this.pc.getTransceivers()[0];
    if (link && link.direction === wanted && !restart && this.pc.signalingState === "stable" && this.pc.currentLocalDescription) return;
    if (this.pc.signalingState !== "stable") return; // the answer comes, and then `apply` looks again
    if (!link) {
      link = this.pc.addTransceiver("audio", { direction: wanted });
      await this.speak();
    } else link.direction = wanted;
    if (restart) this.pc.restartIce();
    await this.pc.setLocalDescription();
    this.mesh.send(this, "offer", this.pc.localDescription.toJSON());
  }

  async take(kind, body) {
    if (kind === "candidate") {
      if (this.pc.remoteDescription) await this.pc.addIceCandidate(body);
      else this.waiting.push(body);
      return;
    }
    if (kind === "answer" && this.pc.signalingState !== "have-local-offer") return;
    await this.pc.setRemoteDescription(body);
    for (const candidate of this.waiting.splice(0)) await this.pc.addIceCandidate(candidate);
    if (kind === "answer") { await this.offer(); return; }
    this.pc.getTransceivers()[0].direction = direction(this.hearsMe, this.iHear);
    await this.speak();
    await this.pc.setLocalDescription();
    this.mesh.send(this, "answer", this.pc.localDescription.toJSON());
  }

  // The server did not take what was offered, because who may hear whom has changed: the next state says how it is.
  async rollBack() {
    if (this.pc.signalingState === "have-local-offer") await this.pc.setLocalDescription({ type: "rollback" });
  }

  watch() {
    clearTimeout(this.broken);
    const state = this.pc.connectionState;
    if (this.offers && ["disconnected", "failed"].includes(state)) {
      const again = () => { this.queue(() => this.offer(true)); this.broken = setTimeout(again, 2 * BROKEN); };
      this.broken = setTimeout(again, state === "failed" ? 0 : BROKEN);
    }
    this.mesh.changed();
  }

  // One thing after the other; what fails (a connection that closed meanwhile) does not stop the next.
  queue(work) {
    this.chain = this.chain.then(() => (this.closed ? null : work())).catch((error) => this.mesh.failed(error));
    return this.chain;
  }

  close() {
    this.closed = true;
    clearTimeout(this.broken);
    this.pc.close();
    this.audio.srcObject = null;
  }
}

export class Mesh {
  // `post(call, signals)` hands signals to the server and gives `taken`, `refused` or `away`; `changed()` is told when a voice came or went; `blocked()` when the browser plays
  // no sound before something is pressed; `failed(error)` what could not be done.
  constructor({ session, post, changed, blocked, failed }) {
    Object.assign(this, { session, post, changed, blocked, failed, peers: new Map(), track: null, outgoing: [], seen: 0 });
  }

  // The state of one call from the server, or nothing where there is none any more.
  update(call, ice) {
    if (!call || call.me !== this.me) this.close();
    if (!call) return;
    this.call = call.id;
    this.me = call.me;
    this.ice = ice;
    const here = new Map(call.parties.filter((party) => party.session).map((party) => [party.id, party]));
    for (const [id, peer] of this.peers) {
      if (here.get(id)?.session !== peer.session) { peer.close(); this.peers.delete(id); }
    }
    for (const party of here.values()) {
      if (!this.peers.has(party.id) && (party.hears_me || party.i_hear)) this.peers.set(party.id, new Peer(this, party));
      this.peers.get(party.id)?.apply(party);
    }
    for (const signal of call.signals) {
      if (signal.id <= this.seen) continue;
      this.seen = signal.id;
      const peer = this.peers.get(signal.from);
      if (peer && peer.session === signal.session) peer.queue(() => peer.take(signal.kind, JSON.parse(signal.body)));
    }
    this.changed();
  }

  // What one says from now on: a track, or null for silence.
  speak(track) {
    this.track = track;
    return Promise.all([...this.peers.values()].map((peer) => peer.queue(() => peer.speak())));
  }

  // Signals go in their order, several at once; they are kept until the server has them.
  send(peer, kind, body) {
    this.outgoing.push({ to: peer.id, session: this.session, to_session: peer.session, kind, body: JSON.stringify(body) });
    this.sending ??= this.flush().finally(() => { this.sending = null; });
  }

  async flush() {
    await null; // what is said in the same moment goes together
    while (this.outgoing.length && this.call) {
      const some = this.outgoing.slice(0, 20);
      const said = await this.post(this.call, some);
      if (said === "away") { await new Promise((go) => setTimeout(go, 1_000)); continue; }
      this.outgoing = this.outgoing.filter((one) => !some.includes(one));
      if (said === "refused") for (const peer of this.peers.values()) peer.queue(() => peer.rollBack());
    }
  }

  play(audio) {
    audio.play().catch(() => this.blocked());
  }

  // After something was pressed the browser plays.
  unblock() {
    for (const peer of this.peers.values()) this.play(peer.audio);
  }

  // Whether somebody is heard now.
  get hears() { return [...this.peers.values()].some((peer) => peer.connected && peer.iHear); }

  close() {
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
    this.outgoing = [];
    this.seen = 0;
    this.me = this.call = null;
  }
}
