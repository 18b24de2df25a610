/* The cameras of a wall. A connection belongs to a camera, not to an element: it is begun shortly before its scene stands, goes on while the
   scene is drawn anew, feeds the large picture and the tile alike, and is closed when the scene has left.
   `home` is the wall's address, `ask` fetches below it, `now` is the server's time and `exact` says an instant to the second. */
"use strict";
window.wallCameras = ({ home, ask, now, exact }) => {
  const EVERY = 5000, WANTED = 2; // states each five seconds; a new still of what does not play at each second of these looks
  const GAP = 0.7, CAPTION = 2.6; // between tiles, and under each, in hundredths of the height: as in wall.css
  const STILL_WIDE = 960, STILL_HIGH = 540;
  const SIGNS = { live: "live", late: "late", alarm: "lost", watch: "watch", silent: "off" };
  const lives = new Map(), coming = new Map(), calms = new Map(), known = new Map(), stills = new Map(), lost = new Map();
  let stage = null, wanted = new Set(), ahead = new Set(), large = new Set(), timer = 0, looks = 0;

  const keysOf = (html) => new Set([...html.matchAll(/data-plays="([a-z0-9_]+)"/g)].map((found) => found[1]));
  // Who is shown large, and who only as a tile of some hundred pixels: a camera with a smaller picture is asked for that.
  const largeOf = (html) => new Set([...html.matchAll(/class="hall pic"[^>]*data-plays="([a-z0-9_]+)"/g)].map((found) => found[1]));
  const isCalm = (camera) => calms.has(camera) && calms.get(camera).holds(lives.get(camera));
  const sizeOf = (camera) => ((large.has(camera) && !isCalm(camera)) || !(known.get(camera) || {}).has_small ? "large" : "small");
  const needed = () => [...new Set([...wanted, ...ahead])];
  const needs = (camera) => wanted.has(camera) || ahead.has(camera);
  const boxes = () => (stage ? [...stage.querySelectorAll("[data-camera]")] : []);
  const boxesOf = (camera) => boxes().filter((box) => box.dataset.camera === camera);
  const write = (place, words) => { if (place && place.textContent !== words) place.textContent = words; };

  // ---- which connections there are ------------------------------------------------------------------------------
  function open(camera) {
    if (lives.has(camera) || document.hidden) return;
    const may = () => !["alarm", "watch"].includes((known.get(camera) || {}).tone);
    lives.set(camera, new Live({ base: home, camera, size: sizeOf(camera), may, tell }));
  }

  // Another size is called beside the one that plays, and takes its place when it plays itself.
  function fit(camera) {
    const size = sizeOf(camera), next = coming.get(camera);
    if (size === (next || lives.get(camera)).size) return;
    if (next) { next.end(); coming.delete(camera); }
    if (size === lives.get(camera).size) return;
    const swap = (live) => {
      if (coming.get(camera) !== live || !live.plays) return;
      const old = lives.get(camera);
      coming.delete(camera);
      lives.set(camera, live);
      live.tell = tell;
      tell(live);
      old.end();
    };
    coming.set(camera, new Live({ base: home, camera, size, tell: swap }));
  }

  function close(camera) {
    lives.get(camera).end();
    if (coming.has(camera)) coming.get(camera).end();
    for (const kept of [lives, coming, stills, lost]) kept.delete(camera);
  }

  // Those that are needed are there, the others are not. How cameras stand is asked first: what has no picture is not called.
  function settle() {
    for (const camera of [...lives.keys()]) if (!needs(camera)) close(camera);
    call();
  }

  function call() {
    if (lives.size || !needed().length) openAll();
    else look().then(openAll);
  }

  function openAll() {
    needed().forEach(open);
    for (const camera of lives.keys()) fit(camera);
    if (!lives.size) known.clear();
  }

  function tell(live) {
    if (live.suffers && lives.get(live.camera) === live) {
      if (!calms.has(live.camera)) calms.set(live.camera, new Live.Calm());
      calms.get(live.camera).heed(live);
      fit(live.camera);
    }
    if (live.plays) lost.delete(live.camera);
    else if (boxesOf(live.camera).some((box) => box.classList.contains("plays"))) keepLast(live.camera);
    boxesOf(live.camera).forEach(paint);
    count();
  }

  // The last picture stays, with the moment at which it stopped.
  function keepLast(camera) {
    const video = boxesOf(camera).map((box) => box.querySelector("video")).find((one) => one && one.videoWidth);
    lost.set(camera, exact(now()));
    if (!video) return;
    const canvas = document.createElement("canvas");
    canvas.width = STILL_WIDE; canvas.height = STILL_HIGH;
    canvas.getContext("2d").drawImage(video, 0, 0, STILL_WIDE, STILL_HIGH);
    stills.set(camera, { at: now(), src: canvas.toDataURL("image/jpeg", 0.8) });
    canvas.width = canvas.height = 0; // its memory is not the heap's: nobody would collect it soon
  }

  // ---- what is shown of each ---------------------------------------------------------------------------------------
  // Tone and words. Only what moves is called live; what the relay knows of a fault says more than that the picture stopped.
  function state(camera, box) {
    const live = lives.get(camera), told = known.get(camera) || { tone: box.dataset.tone, said: "" };
    if (live && live.plays) return ["live", "Trực tiếp"];
    if (told.tone === "alarm" || told.tone === "watch" || !box.dataset.plays) return [told.tone, told.said];
    if (lost.has(camera)) return ["alarm", `Mất tín hiệu lúc ${lost.get(camera)}`];
    return told.tone === "late" ? [told.tone, told.said] : ["silent", "Đang nối"];
  }

  function paint(box) {
    const camera = box.dataset.camera, live = lives.get(camera), video = box.querySelector("video"), image = box.querySelector("img");
    const stream = live ? live.stream : null, still = stills.get(camera), [tone, said] = state(camera, box);
    if (video && video.srcObject !== stream) {
      video.muted = true; // as an attribute of inserted HTML it does not count, and only muted video may start by itself
      video.srcObject = stream;
      if (stream) video.play().catch(() => {});
    }
    if (image && still && image.getAttribute("src") !== still.src) { image.src = still.src; image.hidden = false; }
    box.classList.toggle("plays", Boolean(live && live.plays));
    box.dataset.tone = tone;
    if (said) write(box.querySelector('[data-cam="said"]'), said);
    if (known.has(camera)) write(box.querySelector('[data-cam="sight"]'), known.get(camera).sight);
    box.querySelector('[data-cam="sign"] use').setAttribute("href", `#${SIGNS[tone]}`);
    write(box.querySelector(".now"), tone === "live" ? exact(now()) : "");
  }

  function count() {
    const tones = boxes().filter((box) => box.closest("[data-mosaic]")).map((box) => box.dataset.tone);
    for (const line of stage ? stage.querySelectorAll("[data-count]") : []) {
      const found = tones.filter((tone) => tone === line.dataset.count).length;
      line.hidden = !found;
      write(line.querySelector("b"), String(found));
    }
  }

  // As large as they can be beside each other, whatever the shape of the wall.
  function arrange() {
    const mosaic = stage && stage.querySelector("[data-mosaic]");
    if (!mosaic) return;
    const many = Number(mosaic.dataset.mosaic), step = innerHeight / 100, wide = mosaic.clientWidth, high = mosaic.clientHeight;
    let best = [1, 0];
    for (let columns = 1; columns <= many; columns += 1) {
      const rows = Math.ceil(many / columns), across = (wide - GAP * step * (columns - 1)) / columns;
      const down = ((high - GAP * step * (rows - 1)) / rows - CAPTION * step) * 16 / 9, tile = Math.floor(Math.min(across, down));
      if (tile > best[1]) best = [columns, tile];
    }
    mosaic.style.setProperty("--columns", best[0]);
    mosaic.style.setProperty("--tile", `${best[1]}px`);
  }

  // ---- states and stills ----------------------------------------------------------------------------------------------
  async function look() {
    clearTimeout(timer);
    if (!needed().length) return;
    timer = setTimeout(look, EVERY);
    looks += 1;
    try {
      const answer = await ask("/cameras");
      if (!answer.ok) return;
      for (const one of (await answer.json()).cameras) {
        known.set(one.camera, one);
        if (needs(one.camera)) renew(one);
      }
      for (const camera of lives.keys()) fit(camera);
      boxes().forEach(paint);
      count();
    } catch { /* the server is away: words and pictures stay, and the next look asks again */ }
  }

  // Asking for a still has one taken, and has the relay try the camera again. It is swapped when it has arrived whole.
  function renew({ camera, still_at: at }) {
    const live = lives.get(camera), held = stills.get(camera), path = `/camera/${camera}/still.jpg`;
    if (live && live.plays) return;
    if (at && (!held || at > held.at)) {
      const next = new Image();
      next.onload = () => {
        next.onload = null;
        if (needs(camera)) { stills.set(camera, { at, src: next.src }); boxesOf(camera).forEach(paint); }
      };
      next.src = `${home}${path}?luc=${at}`;
    } else if (looks % WANTED === 0) ask(path).catch(() => {});
  }

  function forget(layer) {
    for (const video of layer.querySelectorAll("video")) video.srcObject = null;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) for (const camera of [...lives.keys()]) close(camera);
    else settle();
    boxes().forEach(paint);
  });
  // Its room changes with the wall's own, and when the line of counts above it wraps.
  const room = new ResizeObserver(arrange);

  return {
    // The scene that comes next: its cameras are called before it stands.
    ready(html) { ahead = keysOf(html); large = new Set([...large, ...largeOf(html)]); settle(); },
    // A layer has been filled with a scene and begins to stand.
    stand(layer, html) {
      stage = layer; wanted = keysOf(html); ahead = new Set(); large = largeOf(html);
      call(); // those of the scene before are still seen while it fades
      room.disconnect();
      for (const mosaic of stage.querySelectorAll("[data-mosaic]")) room.observe(mosaic);
      boxes().forEach(paint);
      const words = `${document.body.dataset.name} · ${document.getElementById("ngay").textContent}, ${exact(now()).slice(0, 5)}`;
      for (const mark of stage.querySelectorAll('[data-cam="watermark"]')) write(mark, words);
      count();
    },
    // A layer has faded out and is about to be emptied.
    leave(layer) { forget(layer); settle(); },
    // Once a second: the clock beside a live picture is the sign that the wall itself lives.
    tick() { for (const box of boxes()) if (box.classList.contains("plays")) write(box.querySelector(".now"), exact(now())); },
    stop() {
      if (stage) forget(stage);
      room.disconnect();
      stage = null; wanted = new Set(); ahead = new Set();
      settle();
    },
  };
};
