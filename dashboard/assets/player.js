/* Cameras in the browser: plays the chosen one by WHEP, renews stills, rewrites the words of every camera on the page.
   A player lives as long as its element stands in the document; whatever ends the picture, it asks again by itself. */
(function () {
  'use strict';

  var STILLS_EVERY = 10000, SOON = 1500, STALLED = 4000, HURRIES = 5, PAUSES = [500, 1000, 2000, 5000, 10000];
  var SIGNS = { live: 'live', late: 'late', alarm: 'lost', watch: 'watch', silent: 'off' };
  var players = new Map(), timer = null, asked = false, hurried = 0;

  /* ---- one player ------------------------------------------------------------------------------------- */
  function Player(box) {
    this.box = box;
    this.camera = box.dataset.player;
    this.video = box.querySelector('video');
    this.video.muted = true; // as an attribute of inserted HTML it does not count, and only muted video may start by itself
    this.failures = 0;
    this.begin();
  }

  Player.prototype.begin = async function () {
    var self = this;
    if (this.box.dataset.tone === 'alarm' || this.box.dataset.tone === 'watch') { // no picture to be had: the words say when that changes
      this.waiting = window.setTimeout(function () { self.begin(); }, 1000);
      return;
    }
    var connection = new RTCPeerConnection();
    this.connection = connection;
    this.location = null;
    connection.addTransceiver('video', { direction: 'recvonly' });
    connection.ontrack = function (event) {
      event.receiver.jitterBufferTarget = 0; // a hall, not a film: now is worth more than smooth
      self.video.srcObject = new MediaStream([event.track]);
      self.video.play().catch(function () {});
    };
    connection.onconnectionstatechange = function () {
      if (connection.connectionState === 'failed' || connection.connectionState === 'closed') { self.again(connection); }
    };
    try {
      var offer = await connection.createOffer();
      await connection.setLocalDescription(offer);
      var answer = await fetch('/whep/' + this.camera, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: offer.sdp });
      if (answer.status !== 201) { this.again(connection); return; }
      var location = answer.headers.get('Location');
      if (this.connection !== connection) { leave(location); return; }
      this.location = location;
      await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
      this.watch(connection);
    } catch (error) {
      this.again(connection); // the server is away, or the connection was closed meanwhile
    }
  };

  /* looks every second whether pictures still arrive: a relay that was killed says nothing */
  Player.prototype.watch = function (connection) {
    var self = this, frames = -1, since = Date.now();
    this.watching = window.setInterval(function () {
      if (self.connection !== connection) { return; }
      var quality = self.video.getVideoPlaybackQuality().totalVideoFrames;
      if (quality > frames && self.video.readyState >= 2) {
        if (frames >= 0) { self.failures = 0; self.box.classList.add('plays'); }
        frames = quality; since = Date.now();
      } else if (Date.now() - since > STALLED) {
        self.box.classList.remove('plays');
        if (Date.now() - since > 2 * STALLED || connection.connectionState !== 'connected') { self.again(connection); }
      }
    }, 500);
  };

  Player.prototype.again = function (connection) {
    if (this.connection !== connection) { return; }
    var self = this;
    this.drop();
    this.waiting = window.setTimeout(function () { self.begin(); }, PAUSES[Math.min(this.failures, PAUSES.length - 1)]);
    this.failures += 1;
    refreshSoon();
  };

  Player.prototype.drop = function () {
    var connection = this.connection;
    this.connection = null;
    window.clearInterval(this.watching);
    window.clearTimeout(this.waiting);
    this.box.classList.remove('plays');
    if (connection) { connection.ontrack = connection.onconnectionstatechange = null; connection.close(); }
    this.video.srcObject = null;
    leave(this.location);
    this.location = null;
  };

  function leave(location) {
    if (location) { fetch(location, { method: 'DELETE', keepalive: true }).catch(function () {}); }
  }

  /* ---- which players there should be ------------------------------------------------------------------- */
  function settle() {
    asked = false;
    players.forEach(function (player, box) {
      if (!box.isConnected || document.hidden) { player.drop(); players.delete(box); }
    });
    if (document.hidden) { window.clearTimeout(timer); timer = null; return; }
    document.querySelectorAll('[data-player]').forEach(function (box) {
      if (!players.has(box) && box.dataset.tone !== 'off') { players.set(box, new Player(box)); }
    });
    if (timer === null && document.querySelector('[data-camera]')) { refresh(); }
  }

  function settleSoon() {
    if (!asked) { asked = true; window.requestAnimationFrame ? window.setTimeout(settle, 0) : settle(); }
  }

  /* ---- stills and words --------------------------------------------------------------------------------- */
  function refreshSoon() {
    if (timer !== null) { window.clearTimeout(timer); timer = window.setTimeout(refresh, SOON); }
  }

  async function refresh() {
    timer = window.setTimeout(refresh, STILLS_EVERY);
    var boxes = Array.from(document.querySelectorAll('[data-camera]'));
    if (!boxes.length) { window.clearTimeout(timer); timer = null; return; }
    try {
      var answer = await fetch('/api/v1/cameras', { headers: { Accept: 'application/json' } });
      if (!answer.ok) { return; }
      var known = {}, missing = false, cameras = (await answer.json()).cameras;
      cameras.forEach(function (one) { known[one.camera] = one; });
      boxes.forEach(function (box) {
        var one = known[box.dataset.camera];
        if (one) { missing = show(box, one) || missing; }
      });
      count(cameras);
      hurried = missing ? hurried + 1 : 0;
      if (missing && hurried < HURRIES) { refreshSoon(); }
    } catch (error) { /* the server is away: words and pictures stay, and the next round asks again */ }
  }

  /* returns whether something better may come of asking again soon */
  function show(box, one) {
    box.dataset.tone = one.tone;
    box.querySelectorAll('[data-cam="said"]').forEach(function (words) {
      if (words.textContent !== one.said) { words.textContent = one.said; }
    });
    box.querySelectorAll('[data-cam="sign"] use').forEach(function (use) { use.setAttribute('href', '#' + SIGNS[one.tone]); });
    var image = box.querySelector('[data-cam="still"]'), wants = one.state !== 'unconnected' && !box.classList.contains('plays');
    if (one.still_at && (image.hidden || image.dataset.at !== one.still_at || wants)) {
      image.dataset.at = one.still_at;
      renew(image, one);
      return one.tone !== 'live'; // asking for an old picture has called for a new one, and for another try at the camera
    }
    if (wants) { fetch(one.still, { cache: 'no-store' }).catch(function () {}); }
    return wants;
  }

  /* a picture is swapped when the next one has arrived whole: never a flash of nothing */
  function renew(image, one) {
    var next = new Image();
    next.onload = function () { image.src = next.src; image.hidden = false; };
    next.src = one.still + '?luc=' + Date.now();
  }

  function count(cameras) {
    document.querySelectorAll('[data-count]').forEach(function (line) {
      var found = cameras.filter(function (one) { return one.tone === line.dataset.count; }).length;
      line.hidden = !found;
      line.querySelector('b').textContent = found;
    });
  }

  document.addEventListener('visibilitychange', settleSoon);
  window.addEventListener('pagehide', function () { players.forEach(function (player) { player.drop(); }); players.clear(); });
  window.addEventListener('pageshow', settleSoon);
  new MutationObserver(function (changes) {
    if (changes.some(function (change) { return change.addedNodes.length || change.removedNodes.length; })) { settleSoon(); }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
