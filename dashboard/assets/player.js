/* Cameras at the desk: plays the chosen one, renews stills, rewrites the words of every camera on the page.
   A player lives as long as its element stands in the document; how it plays is live.js's matter. */
(function () {
  'use strict';

  var STILLS_EVERY = 10000, SOON = 1500, HURRIES = 5;
  var SIGNS = { live: 'live', late: 'late', alarm: 'lost', watch: 'watch', silent: 'off' };
  var players = new Map(), timer = null, asked = false, hurried = 0;

  /* ---- one player ------------------------------------------------------------------------------------- */
  function Player(box) {
    var self = this, video = box.querySelector('video');
    video.muted = true; // as an attribute of inserted HTML it does not count, and only muted video may start by itself
    this.video = video;
    this.live = new window.Live({
      camera: box.dataset.player,
      may: function () { return box.dataset.tone !== 'alarm' && box.dataset.tone !== 'watch'; }, // the words say when that changes
      tell: function (live) { self.shown(box, live); }
    });
  }

  Player.prototype.shown = function (box, live) {
    if (this.video.srcObject !== live.stream) {
      this.video.srcObject = live.stream;
      if (live.stream) { this.video.play().catch(function () {}); }
    }
    box.classList.toggle('plays', live.plays);
    if (!live.stream) { refreshSoon(); }
  };

  Player.prototype.end = function () {
    this.live.end();
    this.video.srcObject = null;
  };

  /* ---- which players there should be ------------------------------------------------------------------- */
  function settle() {
    asked = false;
    players.forEach(function (player, box) {
      if (!box.isConnected || document.hidden) { player.end(); box.classList.remove('plays'); players.delete(box); }
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
  window.addEventListener('pagehide', function () { players.forEach(function (player) { player.end(); }); players.clear(); });
  window.addEventListener('pageshow', settleSoon);
  new MutationObserver(function (changes) {
    if (changes.some(function (change) { return change.addedNodes.length || change.removedNodes.length; })) { settleSoon(); }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
