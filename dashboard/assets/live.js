/* One camera, live in a browser: asks by WHEP, watches that pictures arrive, and asks again by itself until it is told to end.
   Knows no page: player.js shows it at the desk, wall-cameras.js on the wall. */
"use strict";
window.Live = (() => {
  const LOOK = 500, STALLED = 4000, PATIENCE = 15000, WAIT = 1000, PAUSES = [500, 1000, 2000, 5000, 10000];

  // Counted where they are decoded: a stream may run before any element shows it.
  async function framesOf(connection) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "video") return report.framesDecoded || 0;
    }
    return 0;
  }

  // `may` says whether there is any use in asking now; `tell` is called with this object whenever `stream` or `plays` has changed.
  return class Live {
    constructor({ base = "", camera, may = () => true, tell }) {
      Object.assign(this, { base, camera, may, tell, stream: null, plays: false, failures: 0, connection: null, location: null, hasEnded: false });
      this.begin();
    }

    async begin() {
      if (this.hasEnded) return;
      if (!this.may()) { this.waiting = setTimeout(() => this.begin(), WAIT); return; }
      const connection = this.connection = new RTCPeerConnection();
      connection.addTransceiver("video", { direction: "recvonly" });
      connection.ontrack = ({ track, receiver }) => {
        receiver.jitterBufferTarget = 0; // a hall, not a film: now is worth more than smooth
        this.stream = new MediaStream([track]);
        this.tell(this);
      };
      connection.onconnectionstatechange = () => {
        if (["failed", "closed"].includes(connection.connectionState)) this.again(connection);
      };
      try {
        await this.ask(connection);
      } catch {
        this.again(connection); // the server is away, or the connection was closed meanwhile
      }
    }

    async ask(connection) {
      await connection.setLocalDescription(await connection.createOffer());
      const asked = { method: "POST", headers: { "Content-Type": "application/sdp" }, body: connection.localDescription.sdp };
      const answer = await fetch(`${this.base}/whep/${this.camera}`, { ...asked, signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status !== 201) { this.again(connection, 1000 * (Number(answer.headers.get("Retry-After")) || 0)); return; }
      const location = answer.headers.get("Location");
      if (this.connection !== connection) { Live.leave(location); return; }
      this.location = location;
      await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
      if (this.connection === connection) this.watch(connection);
    }

    // Whether pictures still arrive: a relay that was killed says nothing.
    watch(connection) {
      let frames = -1, since = Date.now();
      this.watching = setInterval(async () => {
        const count = await framesOf(connection).catch(() => frames);
        if (this.connection !== connection) return;
        if (count > frames) {
          if (frames >= 0) { this.failures = 0; this.turn(true); }
          frames = count;
          since = Date.now();
        } else if (Date.now() - since > STALLED) {
          this.turn(false);
          if (Date.now() - since > 2 * STALLED || connection.connectionState !== "connected") this.again(connection);
        }
      }, LOOK);
    }

    turn(plays) {
      if (this.plays === plays) return;
      this.plays = plays;
      this.tell(this);
    }

    again(connection, least = 0) {
      if (this.connection !== connection || this.hasEnded) return;
      this.turn(false); // told while the last picture can still be taken from the screen
      this.drop();
      this.tell(this);
      this.waiting = setTimeout(() => this.begin(), Math.max(least, PAUSES[Math.min(this.failures, PAUSES.length - 1)]));
      this.failures += 1;
    }

    drop() {
      const { connection, location } = this;
      this.connection = this.location = this.stream = null;
      this.plays = false;
      clearInterval(this.watching);
      clearTimeout(this.waiting);
      if (connection) { connection.ontrack = connection.onconnectionstatechange = null; connection.close(); }
      Live.leave(location);
    }

    // For good: nothing is told any more.
    end() {
      this.hasEnded = true;
      this.drop();
    }

    static leave(location) {
      if (location) fetch(location, { method: "DELETE", keepalive: true }).catch(() => {});
    }
  };
})();
