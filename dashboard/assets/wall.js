/* The wall: shows the scene that the server's clock calls for, keeps the last picture while the server is gone, and never needs a hand.
   Three endless loops (clock, state, stage), two layers that are used again and again; nothing is added that is not taken away. */
"use strict";
(() => {
  const POLL = 1500, PATIENCE = 8000, AHEAD = 8000, FADE = 1000, ASK_EVERY = 3000, SHIFT_EVERY = 180000;
  const PAUSES = [1000, 2000, 4000, 8000, 10000];
  const HANOI = 7 * 3600000;
  const DAY = 20 * 3600000, QUIET_HOUR = 3; // a page that stood through the day is opened anew in the small hours
  const DAYS = ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];
  // Where the frame stands, in steps: a slow round about the middle, so that no line burns in.
  const ROUND = [[0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1]];

  const { wall, program } = document.body.dataset;
  const home = `/wall/${encodeURIComponent(wall)}`;
  const at = (id) => document.getElementById(id);
  const frame = at("khung"), layers = [...document.querySelectorAll(".layer")], names = [...at("canh").children];

  let plan = null, tag = "", skew = 0, heard = Date.now(), failures = 0, isOpen = false;
  let front = 0, shown = "", prepared = { key: "", html: "" }, fade = 0;

  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const now = () => Date.now() + skew;
  const two = (figure) => String(figure).padStart(2, "0");
  const write = (id, words) => { const place = at(id); if (place.textContent !== words) place.textContent = words; };
  const local = (instant) => new Date(instant + HANOI);
  const clock = (instant) => { const d = local(instant); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`; };
  const exact = (instant) => `${clock(instant)}:${two(local(instant).getUTCSeconds())}`;

  const ask = (path, options = {}) => fetch(home + path, { cache: "no-store", ...options, signal: AbortSignal.timeout(PATIENCE) });

  const cameras = window.wallCameras({ home, ask, now, exact });

  // ---- the strip: what is old, and since when ---------------------------------------------------------------
  function tell() {
    const lost = failures > 1 ? `Mất liên lạc với máy chủ từ ${exact(heard)}. Đang giữ hình của lúc đó, tự nối lại.` : "";
    const words = lost || (plan && plan.away) || "";
    write("tre-loi", words);
    at("tre").hidden = !words;
  }

  function hear() { failures = 0; heard = now(); if (isOpen) write("nhip", `Nhận tin ${exact(heard)}`); tell(); }
  function miss() { failures += 1; tell(); return PAUSES[Math.min(failures, PAUSES.length) - 1]; }

  // ---- the clock, the date, the slow shift of the frame -----------------------------------------------------
  async function keepTime() {
    for (;;) {
      const d = local(now());
      write("gio", clock(now()));
      write("ngay", `${DAYS[d.getUTCDay()]}, ${two(d.getUTCDate())}/${two(d.getUTCMonth() + 1)}/${d.getUTCFullYear()}`);
      const [x, y] = ROUND[Math.floor(now() / SHIFT_EVERY) % ROUND.length];
      const step = Math.min(4, Math.max(2, Math.round(innerHeight / 540)));
      const moved = `translate(${x * step}px, ${y * step}px)`;
      if (frame.style.transform !== moved) frame.style.transform = moved;
      cameras.tick();
      await sleep(1000 - (now() % 1000));
    }
  }

  // ---- what the server says -----------------------------------------------------------------------------------
  // Clocks of displays drift; an answer that took long says little about the time, unless ours is far off.
  function setTime(answer, sent) {
    const told = Number(answer.headers.get("X-Server-Time"));
    if (!told) return;
    const took = Date.now() - sent, offset = told + took / 2 - Date.now();
    if (took < 400 || Math.abs(offset - skew) > 2000) skew = offset;
  }

  // The pause until the next question, or 0 when this display may not look any more.
  async function listen() {
    try {
      const sent = Date.now();
      const answer = await ask("/state", tag ? { headers: { "If-None-Match": tag } } : {});
      if ([401, 403, 404].includes(answer.status)) return 0;
      if (!answer.ok && answer.status !== 304) return miss();
      if (answer.status === 200) { plan = await answer.json(); tag = answer.headers.get("ETag") || ""; }
      setTime(answer, sent);
      hear();
      return POLL;
    } catch { return miss(); }
  }

  // ---- the pairing code -----------------------------------------------------------------------------------------
  function showCode(told) {
    const grouped = `${told.code.slice(0, 3)} ${told.code.slice(3)}`;
    write("ma", grouped); write("ma-lenh", told.code);
    write("ma-han", `Mã còn dùng được ${Math.max(1, Math.round(told.seconds / 60))} phút, sau đó màn hình tự lấy mã mới.`);
    at("ghep").hidden = false;
  }

  // The pause until the next question, or 0 when the wall is open to this display.
  async function pair() {
    try {
      let answer = await ask("/pairing");
      let told = answer.ok ? await answer.json() : null;
      if (told && told.state === "unknown") {
        answer = await ask("/pairing", { method: "POST" });
        told = answer.ok ? await answer.json() : null;
      }
      if (!told) return miss();
      hear();
      if (told.state === "open") return 0;
      showCode(told);
      return ASK_EVERY;
    } catch { return miss(); }
  }

  async function talk() {
    for (;;) {
      for (let pause = await pair(); pause; pause = await pair()) await sleep(pause);
      isOpen = true; tag = ""; at("ghep").hidden = true;
      document.body.classList.add("open");
      for (let pause = await listen(); pause; pause = await listen()) await sleep(pause);
      isOpen = false; plan = null; shown = ""; prepared = { key: "", html: "" };
      document.body.classList.remove("open");
      cameras.stop();
      for (const layer of layers) layer.replaceChildren();
    }
  }

  // ---- the stage ------------------------------------------------------------------------------------------------
  // The law of dashboard/wall/plan.py: seconds since 1970, cut by the length of a round.
  function position(instant) {
    const durations = plan.durations.map((seconds) => seconds * 1000), round = durations.reduce((a, b) => a + b, 0);
    let rest = instant % round, scene = 0;
    while (scene < durations.length - 1 && rest >= durations[scene]) { rest -= durations[scene]; scene += 1; }
    return { scene, turn: Math.floor(instant / round), left: durations[scene] - rest };
  }

  const keyOf = ({ scene, turn }) => `/scene/${scene}?turn=${turn}&v=${plan.data}`;

  async function fetched(key) {
    if (prepared.key === key) return prepared.html;
    const answer = await ask(key);
    if (!answer.ok) throw new Error(`${answer.status}`);
    prepared = { key, html: await answer.text() };
    if (isOpen) cameras.ready(prepared.html);
    return prepared.html;
  }

  function swap(html, scene) {
    const back = layers[1 - front], old = layers[front];
    cameras.leave(back);
    back.innerHTML = html;  // made by the server, escaped where it was made; the policy lets no script in it run
    cameras.stand(back, html);
    old.classList.remove("on"); back.classList.add("on");
    front = 1 - front;
    names.forEach((name, index) => name.classList.toggle("on", index === scene));
    clearTimeout(fade);
    fade = setTimeout(() => { cameras.leave(old); old.replaceChildren(); }, FADE);
  }

  // What a browser keeps of a page grows by a few megabytes a day; a wall stands for weeks.
  const isOld = () => performance.now() > DAY && local(now()).getUTCHours() === QUIET_HOUR;

  // A page is left only for one that is there: a reload while nobody answers would leave the browser's own error on the wall.
  async function renew() {
    const answer = await ask("", { method: "HEAD" });
    if (answer.ok) location.reload();
  }

  // One look at what should be shown; the pause until the next.
  async function play() {
    if (!plan || failures) return 250;
    const here = position(now()), key = keyOf(here);
    const isNew = shown.split("&")[0] !== key.split("&")[0];
    try {
      if (isNew && shown && (plan.program !== program || isOld())) { await renew(); return 2000; }
      if (key !== shown) {
        const html = await fetched(key);
        if (!isOpen) return 250;
        swap(html, here.scene);
        shown = key;
      } else if (here.left < AHEAD) {
        await fetched(keyOf(position(now() + here.left + 1)));
      }
    } catch { return 2000; }
    return Math.max(1, Math.min(500, position(now()).left));
  }

  async function stage() { for (;;) await sleep(await play()); }

  // A screen that goes dark is not watched; a browser that will not hear of it is left alone.
  async function stayAwake() {
    if (navigator.wakeLock && document.visibilityState === "visible") await navigator.wakeLock.request("screen").catch(() => {});
  }
  document.addEventListener("visibilitychange", stayAwake);
  addEventListener("pagehide", () => cameras.stop());
  for (const kind of ["contextmenu", "dragstart", "selectstart"]) document.addEventListener(kind, (event) => event.preventDefault());

  stayAwake(); keepTime(); talk(); stage();
})();
