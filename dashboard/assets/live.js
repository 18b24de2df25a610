/* One camera, live in a browser: asks by WHEP, watches that pictures arrive, and asks again by itself until it is told to end.
   Knows no page: player.js shows it at the desk, wall-cameras.js on the wall. */
"use strict";
window.Live = (() => {
  const LOOK = 500, SOON = 100, QUIET = 1200, STALLED = 4000, PATIENCE = 15000, WAIT = 1000, PAUSES = [500, 1000, 2000, 5000, 10000];
  const WINDOW = 12, MUCH = 0.05, LITTLE = 0.01; // looks, six seconds of them; shares of lost packets
  const REST = 100, REST_TRIES = 30; // how often it is looked whether a connection may be closed, three seconds long
  const CALM = 60000, CALM_LONGEST = 16 * CALM;
  const KNOWN = 1800000, GATHER = 50; // TURN servers are good for an hour and asked for each half; candidates come in swarms
  const SERVER = /<([^>]+)>;\s*rel="ice-server"((?:;\s*[a-z-]+="[^"]*")*)/g;

  // Counted where they are decoded: a stream may run before any element shows it.
  async function inbound(connection) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "video") return report;
    }
    return { framesDecoded: 0, packetsReceived: 0, packetsLost: 0 };
  }

  // The TURN servers that the house names in Link headers. They must be known before the offer, so they are asked for beside it.
  let asked = { until: 0, servers: null };
  function serversOf(url) {
    if (Date.now() < asked.until) return asked.servers;
    const servers = fetch(url, { method: "OPTIONS", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return [...(answer.headers.get("Link") || "").matchAll(SERVER)].map(([, urls, login]) => {
        const said = (name) => (login.match(new RegExp(`;\\s*${name}="([^"]*)"`)) || [])[1];
        return { urls, username: said("username"), credential: said("credential") };
      });
    }).catch(() => { asked.until = 0; return []; }); // without them most ways are still open
    asked = { until: Date.now() + KNOWN, servers };
    return servers;
  }

  // Whether the smaller picture is to stand for the large one, which did not come through: for a minute, then the large one is tried again,
  // and twice as long each time that it does not hold as long as it was left alone. What suffers even small stays small.
  class Calm {
    constructor() { this.until = 0; this.long = CALM; }

    // To be told of whatever plays, at each change.
    heed({ size, suffers }) {
      const now = Date.now();
      if (size !== "large" || !suffers || now < this.until) return;
      this.long = this.until && now - this.until < this.long ? Math.min(2 * this.long, CALM_LONGEST) : CALM;
      this.until = now + this.long;
    }

    holds(live) { return Date.now() < this.until || Boolean(live && live.size === "small" && live.suffers); }
  }

  const line = (sdp, name) => (sdp.match(new RegExp(`^a=${name}:.*$`, "m")) || [""])[0].trim();

  // `may` says whether there is any use in asking now; `tell` is called with this object whenever `stream`, `plays` or `suffers` has changed.
  // `size` is "small" for a picture of some hundred pixels: a camera that sends a second, smaller one is asked for that.
  return class Live {
    static Calm = Calm;

    constructor({ base = "", camera, size = "large", may = () => true, tell }) {
      Object.assign(this, { base, camera, size, may, tell, stream: null, plays: false, suffers: false, failures: 0, connection: null, location: null, hasEnded: false });
      this.begin();
    }

    async begin() {
      if (this.hasEnded) return;
      if (!this.may()) { this.waiting = setTimeout(() => this.begin(), WAIT); return; }
      const connection = this.connection = new RTCPeerConnection();
      this.begun = performance.now();
      connection.addTransceiver("video", { direction: "recvonly" });
      connection.ontrack = ({ track, receiver }) => {
        receiver.jitterBufferTarget = 0; // a hall, not a film: now is worth more than smooth
        this.stream = new MediaStream([track]);
        this.tell(this);
      };
      connection.onicecandidate = ({ candidate }) => { if (candidate) this.found(connection, candidate); };
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
      const url = `${this.base}/whep/${this.camera}`;
      const [offer, servers] = await Promise.all([connection.createOffer(), serversOf(url)]);
      if (servers.length) connection.setConfiguration({ iceServers: servers });
      await connection.setLocalDescription(offer);
      const asked = { method: "POST", headers: { "Content-Type": "application/sdp" }, body: connection.localDescription.sdp };
      const answer = await fetch(this.size === "small" ? `${url}?size=small` : url, { ...asked, signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status !== 201) { this.again(connection, 1000 * (Number(answer.headers.get("Retry-After")) || 0)); return; }
      const location = answer.headers.get("Location");
      if (this.connection !== connection) { Live.leave(location); return; }
      this.location = location;
      this.tag = answer.headers.get("ETag");
      await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
      if (this.connection === connection) this.watch(connection);
    }

    // Ways to us that only a server can tell are sent after the offer, those of a moment together; the relay finds the others by itself.
    found(connection, candidate) {
      if (this.connection !== connection || candidate.type === "host" || !candidate.candidate) return;
      this.ways = [...(this.ways || []), candidate];
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.trickle(connection), GATHER);
    }

    trickle(connection) {
      if (this.connection !== connection || !this.ways) return;
      if (!this.location) { this.telling = setTimeout(() => this.trickle(connection), GATHER); return; }
      const { sdp } = connection.localDescription, mid = this.ways[0].sdpMid || "0";
      const head = [line(sdp, "ice-ufrag"), line(sdp, "ice-pwd"), "m=video 9 UDP/TLS/RTP/SAVPF 0", `a=mid:${mid}`];
      const body = [...head, ...this.ways.map((one) => `a=${one.candidate}`), ""].join("\r\n");
      this.ways = null;
      const headers = { "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": this.tag };
      fetch(this.location, { method: "PATCH", headers, body }).catch(() => {});
    }

    // Whether pictures still arrive: a relay that was killed says nothing.
    watch(connection) {
      let frames = -1, since = Date.now(), asks = 0;
      const seen = [];
      this.watching = setInterval(async () => {
        const report = await inbound(connection).catch(() => null), count = report ? report.framesDecoded || 0 : frames;
        if (this.connection !== connection) return;
        if (report) this.weigh(seen, report);
        if (count > frames) {
          if (frames >= 0) { this.failures = 0; this.turn(true); }
          frames = count;
          since = Date.now();
          asks = 0;
        } else if (Date.now() - since > STALLED) {
          this.turn(false);
          if (Date.now() - since > 2 * STALLED || connection.connectionState !== "connected") this.again(connection);
        } else if (Date.now() - since > QUIET * 2 ** asks) {
          asks += 1;
          this.check(connection);
        }
      }, LOOK);
    }

    // Whether more is lost on the way than repairs can make good: then a smaller picture comes through better.
    weigh(seen, { packetsReceived: came = 0, packetsLost: lost = 0 }) {
      seen.push([came, lost]);
      if (seen.length > WINDOW) seen.shift();
      const [first, last] = [seen[0], seen[seen.length - 1]], all = last[0] - first[0] + last[1] - first[1];
      const share = all > 0 ? (last[1] - first[1]) / all : 0, suffers = seen.length === WINDOW && share > (this.suffers ? LITTLE : MUCH);
      if (suffers !== this.suffers) { this.suffers = suffers; this.tell(this); }
    }

    // A camera may be slow, or its relay may be gone: the server knows, and another relay can be asked at once.
    async check(connection) {
      const answer = await fetch(this.location, { cache: "no-store", signal: AbortSignal.timeout(STALLED) }).catch(() => null);
      if (answer && answer.status === 205) this.again(connection, 0, this.failures ? Infinity : 2 * SOON * Math.random());
    }

    turn(plays) {
      if (this.plays === plays) return;
      this.plays = plays;
      this.tell(this);
    }

    // Whoever refuses and says when to come again is asked about then; only who says nothing is asked ever more rarely.
    again(connection, least = 0, most = least ? 2 * least : Infinity) {
      if (this.connection !== connection || this.hasEnded) return;
      this.turn(false); // told while the last picture can still be taken from the screen
      this.drop();
      this.tell(this);
      this.waiting = setTimeout(() => this.begin(), Math.min(most, Math.max(least, PAUSES[Math.min(this.failures, PAUSES.length - 1)])));
      this.failures += 1;
    }

    drop() {
      const { connection, location } = this;
      this.connection = this.location = this.tag = this.stream = this.ways = null;
      this.plays = this.suffers = false;
      clearInterval(this.watching);
      clearTimeout(this.waiting);
      clearTimeout(this.telling);
      if (connection) { connection.ontrack = connection.onicecandidate = connection.onconnectionstatechange = null; Live.part(connection); }
      Live.leave(location);
    }

    // For good: nothing is told any more.
    end() {
      this.hasEnded = true;
      this.drop();
    }

    // Chromium never frees a connection that is closed while a change of its state is yet to be told to the page: it is closed at rest.
    static part(connection, tries = REST_TRIES) {
      const { localDescription: ours, remoteDescription: theirs, iceGatheringState: gathering, connectionState: state } = connection;
      const rests = (!ours || gathering === "complete") && (!theirs || !["new", "connecting"].includes(state));
      if (rests || !tries) connection.close();
      else setTimeout(() => Live.part(connection, tries - 1), REST);
    }

    static leave(location) {
      if (location) fetch(location, { method: "DELETE", keepalive: true }).catch(() => {});
    }
  };
})();
