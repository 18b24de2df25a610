/* Cameras at the desk: plays what is looked at, renews the stills that are in sight, rewrites the words of every camera on the page.
   A player lives as long as its element stands in the document and is in sight; how it plays is live.js's matter. */
"use strict";
window.cameraPlayers = (() => {
  const STILLS_EVERY = 10000, SOON = 1500, AT_ONCE = 200, HURRIES = 5;
  const DWELL = 300, LINGER = 600; // a look is longer than a pointer that passes by, and a short glance away does not end it
  const MOST = 16, SMALL = 640, SWAP = 8000;
  const SIGNS = { live: "live", late: "late", alarm: "lost", watch: "watch", silent: "off" };
  const players = new Map(), inSight = new Set(), watched = new Set(), kept = new Set();
  let known = {}, timer = null, asked = false, hurried = 0, looked = null, dwelling = 0, resizing = 0, playsAll = false;

  const boxesOf = () => [...document.querySelectorAll("[data-camera]")];
  const isLarge = (box) => Boolean(box.dataset.player);
  const write = (place, words) => { if (place && place.textContent !== words) place.textContent = words; };

  /* ---- one player --------------------------------------------------------------------------------------- */
  class Player {
    constructor(box) {
      this.box = box;
      this.video = isLarge(box) ? box.querySelector("video") : tileVideo(box);
      this.video.muted = true; // as an attribute of inserted HTML it does not count, and only muted video may start by itself
      this.calm = new window.Live.Calm();
      this.live = this.call(this.wanted());
    }

    call(size) {
      const { box } = this;
      const may = () => !["alarm", "watch"].includes(box.dataset.tone); // the words say when that changes
      return new window.Live({ camera: box.dataset.plays, size, may, tell: (live) => this.told(live) });
    }

    // The smaller picture for what is drawn small, and for a while for what does not come through.
    wanted() {
      const one = known[this.box.dataset.camera];
      if (!(one ? one.has_small : "small" in this.box.dataset)) return "large";
      const across = this.video.parentElement.clientWidth * (window.devicePixelRatio || 1);
      return across <= SMALL || this.calm.holds(this.live) ? "small" : "large";
    }

    told(live) {
      if (live === this.next) { if (live.plays) this.swap(); return; }
      if (live !== this.live) return;
      this.calm.heed(live);
      if (live.suffers) this.fit();
      this.show();
    }

    // Another size: the new one is called beside the old one and takes its place when it plays, so that nobody sees the change.
    fit() {
      const size = this.wanted();
      if (size === (this.next || this.live).size) return;
      this.giveUp();
      if (size === this.live.size) return;
      this.next = this.call(size);
      this.giving = setTimeout(() => this.giveUp(), SWAP);
    }

    swap() {
      clearTimeout(this.giving);
      const old = this.live;
      this.live = this.next;
      this.next = null;
      this.show();
      old.end();
    }

    giveUp() {
      clearTimeout(this.giving);
      if (this.next) this.next.end();
      this.next = null;
    }

    show() {
      const { box, live, video } = this;
      if (video.srcObject !== live.stream) {
        video.srcObject = live.stream;
        if (live.stream) {
          video.play().catch(() => {});
          const begun = live.begun;
          if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(() => { live.first = performance.now() - begun; });
        }
      }
      box.classList.toggle("plays", live.plays);
      box.dispatchEvent(new CustomEvent("camera:stream", { bubbles: true }));
      if (!live.stream) refreshSoon();
    }

    end() {
      this.giveUp();
      this.live.end();
      this.video.srcObject = null;
      this.box.classList.remove("plays");
      if (!isLarge(this.box)) { for (const one of this.box.querySelectorAll("video, .cam-wm")) one.remove(); }
    }
  }

  // A tile has no video of its own until it is looked at; whoever looks is named on it as on the large one.
  function tileVideo(box) {
    const video = document.createElement("video"), mark = document.createElement("span"), words = document.createElement("span");
    video.playsInline = video.disablePictureInPicture = true;
    video.tabIndex = -1;
    video.setAttribute("aria-hidden", "true");
    words.dataset.words = (box.closest("[data-watcher]") || box).dataset.watcher || "";
    mark.className = "cam-wm one";
    mark.append(words);
    box.querySelector(".cam-pic").append(video, mark);
    return video;
  }

  /* ---- which players there should be ---------------------------------------------------------------------- */
  // What is kept plays though nobody sees the page: it is in a window of its own.
  function wanted() {
    const found = [...document.querySelectorAll("[data-player]")].filter((box) => kept.has(box) || (!document.hidden && inSight.has(box)));
    if (document.hidden) return new Set(found);
    const shown = new Set(found.map((box) => box.dataset.camera));
    const tiles = playsAll ? [...document.querySelectorAll("a[data-plays]")].filter((box) => inSight.has(box)).slice(0, MOST) : [];
    if (looked && looked.isConnected && looked.dataset.plays) tiles.push(looked);
    for (const box of tiles) if (!shown.has(box.dataset.camera)) found.push(box);
    return new Set(found);
  }

  function settle() {
    asked = false;
    for (const box of watched) if (!box.isConnected) { eye.unobserve(box); watched.delete(box); inSight.delete(box); kept.delete(box); }
    for (const box of boxesOf()) if (!watched.has(box)) { watched.add(box); eye.observe(box); }
    markChosen();
    const now = wanted();
    for (const [box, player] of players) if (!now.has(box)) { player.end(); players.delete(box); }
    for (const box of now) if (!players.has(box)) players.set(box, new Player(box));
    if (document.hidden) { clearTimeout(timer); timer = null; return; }
    if (timer === null && inSight.size) refresh();
  }

  function settleSoon() {
    if (!asked) { asked = true; setTimeout(settle, 0); }
  }

  // Tiles stand while the page around them is drawn anew, so which one is shown large is told to them here.
  function markChosen() {
    const large = document.querySelector(".page-camera .player[data-camera]");
    if (!large) return;
    for (const tile of document.querySelectorAll("a.cam")) {
      const is = tile.dataset.camera === large.dataset.camera;
      if (tile.classList.contains("on") !== is) tile.classList.toggle("on", is);
      if (is) tile.setAttribute("aria-current", "true"); else tile.removeAttribute("aria-current");
    }
  }

  const eye = new IntersectionObserver((changes) => {
    let cameIn = false;
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) { cameIn = cameIn || !inSight.has(target); inSight.add(target); } else inSight.delete(target);
    }
    settleSoon();
    if (cameIn) refreshSoon(AT_ONCE);
  }, { rootMargin: "64px" });

  /* ---- looks ----------------------------------------------------------------------------------------------- */
  function look(box, after) {
    clearTimeout(dwelling);
    dwelling = setTimeout(() => { if (looked !== box) { looked = box; settle(); } }, after);
  }

  const tileAt = (target) => (target && target.closest ? target.closest("a[data-plays]") : null);
  document.addEventListener("pointerover", (event) => { const box = event.pointerType === "mouse" && tileAt(event.target); if (box) look(box, DWELL); });
  document.addEventListener("pointerout", (event) => { if (event.pointerType === "mouse" && tileAt(event.target) && !tileAt(event.relatedTarget)) look(null, LINGER); });
  document.addEventListener("focusin", (event) => { const box = tileAt(event.target); if (box && box.matches(":focus-visible")) look(box, DWELL); });
  document.addEventListener("focusout", (event) => { if (tileAt(event.target)) look(null, LINGER); });

  /* ---- stills and words --------------------------------------------------------------------------------------- */
  function refreshSoon(after = SOON) {
    if (timer !== null) { clearTimeout(timer); timer = setTimeout(refresh, after); }
  }

  async function refresh() {
    timer = setTimeout(refresh, STILLS_EVERY);
    const boxes = boxesOf();
    if (!boxes.length) { clearTimeout(timer); timer = null; return; }
    try {
      const answer = await fetch("/api/v1/cameras", { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { cameras } = await answer.json();
      known = Object.fromEntries(cameras.map((one) => [one.camera, one]));
      const missing = boxes.map((box) => known[box.dataset.camera] && show(box, known[box.dataset.camera])).some(Boolean);
      count(cameras);
      for (const player of players.values()) player.fit();
      document.dispatchEvent(new Event("camera:words"));
      hurried = missing ? hurried + 1 : 0;
      if (missing && hurried < HURRIES) refreshSoon();
    } catch { /* the server is away: words and pictures stay, and the next round asks again */ }
  }

  // Returns whether something better may come of asking again soon. What is out of sight is told, and asks for nothing.
  function show(box, one) {
    if (box.dataset.tone !== one.tone) box.dataset.tone = one.tone;
    for (const what of ["said", "lasting", "help", "sight"]) for (const place of box.querySelectorAll(`[data-cam="${what}"]`)) write(place, one[what]);
    for (const place of box.querySelectorAll('[data-cam="sight"]')) place.hidden = !one.sight;
    for (const use of box.querySelectorAll('[data-cam="sign"] use')) use.setAttribute("href", `#${SIGNS[one.tone]}`);
    const image = box.querySelector('[data-cam="still"]'), wants = one.state !== "unconnected" && !box.classList.contains("plays");
    if (!inSight.has(box)) return false;
    if (one.still_at && (image.hidden || image.dataset.at !== one.still_at || wants)) {
      image.dataset.at = one.still_at;
      renew(image, one);
      return one.tone !== "live"; // asking for an old picture has called for a new one, and for another try at the camera
    }
    if (wants) fetch(one.still, { cache: "no-store" }).catch(() => {});
    return wants;
  }

  // A picture is swapped when the next one has arrived whole: never a flash of nothing.
  function renew(image, one) {
    const next = new Image();
    next.onload = () => { image.src = next.src; image.hidden = false; };
    next.src = `${one.still}?luc=${Date.now()}`;
  }

  function count(cameras) {
    for (const line of document.querySelectorAll("[data-count]")) {
      const found = cameras.filter((one) => one.tone === line.dataset.count).length;
      line.hidden = !found && line.getAttribute("aria-pressed") !== "true";
      write(line.querySelector("b"), String(found));
    }
  }

  document.addEventListener("visibilitychange", settleSoon);
  const fitAll = () => { for (const player of players.values()) player.fit(); };
  document.addEventListener("fullscreenchange", fitAll);
  addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(fitAll, AT_ONCE); });
  addEventListener("pagehide", () => { for (const player of players.values()) player.end(); players.clear(); });
  addEventListener("pageshow", settleSoon);
  new MutationObserver((changes) => {
    if (changes.some((change) => change.addedNodes.length || change.removedNodes.length)) settleSoon();
  }).observe(document.documentElement, { childList: true, subtree: true });

  return {
    of: (box) => players.get(box) || null,
    // Every tile in sight plays, up to a bound; told back is whether they do.
    all(wish) { playsAll = wish; settle(); return playsAll; },
    keep(box, wish) { if (wish) kept.add(box); else kept.delete(box); settle(); },
  };
})();
