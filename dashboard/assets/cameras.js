/* The page of all cameras: what is sought, keys, full screen, a floating window, figures of the stream. player.js plays. */
"use strict";
(() => {
  const EVERY = 1000;
  const page = () => document.querySelector(".page-camera");
  const large = () => document.querySelector(".player[data-player]");
  const tiles = () => [...document.querySelectorAll(".page-camera .mosaic > li")];
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
  const write = (place, words) => { if (place && place.textContent !== words) place.textContent = words; };
  const number = (value, digits = 0) => value.toLocaleString("vi-VN", { minimumFractionDigits: digits, maximumFractionDigits: digits });

  /* ---- what is sought ----------------------------------------------------------------------------------------- */
  function sought() {
    const find = document.querySelector("[data-cam-find]"), where = document.querySelector("[data-cam-where]");
    const tone = document.querySelector('[data-cam-tone][aria-pressed="true"]');
    return { tim: find ? find.value : "", noi: where ? where.value : "", trangthai: tone ? tone.dataset.camTone : "" };
  }

  // What does not fit is not there: it is not seen, so player.js pulls nothing for it.
  function filter() {
    const lines = tiles();
    if (!lines.length) return;
    const { tim, noi, trangthai } = sought(), words = plain(tim).split(/\s+/);
    let found = 0;
    for (const line of lines) {
      const fits = words.every((word) => line.dataset.search.includes(word)) && (!noi || [line.dataset.unit, line.dataset.region].includes(noi))
        && (!trangthai || line.querySelector("[data-tone]").dataset.tone === trangthai);
      if (line.hidden === fits) line.hidden = !fits;
      found += fits;
    }
    for (const region of document.querySelectorAll(".cam-region")) {
      const left = [...region.querySelectorAll("li")].filter((line) => !line.hidden).length;
      if (region.hidden !== !left) region.hidden = !left;
      if (region.style.getPropertyValue("--many") !== String(left)) region.style.setProperty("--many", left);
    }
    const nothing = document.querySelector("[data-cam-none]");
    if (nothing.hidden !== found > 0) nothing.hidden = found > 0;
    write(document.querySelector("[data-cam-found]"), tim || noi || trangthai ? `${found}/${lines.length}` : "");
  }

  function keep() {
    const here = new URL(location.href);
    for (const [name, value] of Object.entries(sought())) if (value) here.searchParams.set(name, value); else here.searchParams.delete(name);
    history.replaceState(history.state, "", here.pathname + here.search);
    // The tiles lead to the same look at another camera.
    for (const link of document.querySelectorAll(".mosaic a.cam")) {
      const to = new URL(here);
      to.searchParams.set("chon", link.dataset.camera);
      link.setAttribute("href", to.pathname + to.search);
    }
    filter();
  }

  function showAll() {
    const find = document.querySelector("[data-cam-find]"), where = document.querySelector("[data-cam-where]");
    find.value = where.value = "";
    for (const button of document.querySelectorAll("[data-cam-tone]")) button.setAttribute("aria-pressed", "false");
    keep();
  }

  function pressTone(button) {
    const is = button.getAttribute("aria-pressed") === "true";
    for (const one of document.querySelectorAll("[data-cam-tone]")) one.setAttribute("aria-pressed", String(one === button && !is));
    keep();
  }

  /* ---- walking by key ------------------------------------------------------------------------------------------ */
  function walk(key) {
    const shown = tiles().filter((line) => !line.hidden).map((line) => line.querySelector("a"));
    if (!shown.length) return;
    const at = shown.indexOf(document.activeElement);
    const next = at < 0 ? shown.find((one) => one.classList.contains("on")) || shown[0] : neighbour(shown, at, key);
    if (next) next.focus();
  }

  // Left and right follow the order, up and down what the eye sees.
  function neighbour(shown, at, key) {
    if (key === "ArrowLeft" || key === "ArrowRight") return shown[at + (key === "ArrowRight" ? 1 : -1)];
    const from = shown[at].getBoundingClientRect(), way = key === "ArrowDown" ? 1 : -1;
    const away = (box) => way * (box.top - from.top);
    const beyond = shown.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => away(box) > from.height / 2);
    beyond.sort(([, one], [, other]) => away(one) * 4 + Math.abs(one.left - from.left) - (away(other) * 4 + Math.abs(other.left - from.left)));
    return beyond.length ? beyond[0][0] : null;
  }

  /* ---- full screen, floating window -------------------------------------------------------------------------------- */
  const canFill = () => Boolean(document.documentElement.requestFullscreen);
  const canFloat = () => "documentPictureInPicture" in window;
  let floating = null;

  function fill(box) {
    if (document.fullscreenElement) { document.exitFullscreen(); return; }
    if (box && canFill()) box.querySelector(".cam-screen").requestFullscreen().catch(() => {});
  }

  // A window that stays above others, with the same picture and the viewer's name across it. The picture goes on while this page is hidden.
  async function float(box) {
    if (floating) { floating.close(); return; }
    if (!box || !canFloat()) return;
    const made = floating = await window.documentPictureInPicture.requestWindow({ width: 640, height: 400 }).catch(() => null);
    if (!made) return;
    const { document: inside } = made, screen = inside.createElement("div"), video = inside.createElement("video"), name = inside.createElement("p");
    for (const sheet of document.querySelectorAll('link[rel="stylesheet"]')) inside.head.append(inside.importNode(sheet, true));
    inside.documentElement.dataset.theme = document.documentElement.dataset.theme || "desk";
    inside.title = box.dataset.name;
    inside.body.className = "cam-floats";
    screen.className = "cam-screen plays";
    name.className = "cam-plate";
    name.textContent = box.dataset.name;
    video.muted = video.playsInline = video.disablePictureInPicture = true;
    screen.append(video, inside.importNode(box.querySelector(".cam-wm"), true), name);
    inside.body.append(screen);
    const follow = () => {
      const player = window.cameraPlayers.of(box), stream = player ? player.live.stream : null;
      if (video.srcObject !== stream) { video.srcObject = stream; if (stream) video.play().catch(() => {}); }
    };
    window.cameraPlayers.keep(box, true);
    box.addEventListener("camera:stream", follow);
    follow();
    made.addEventListener("pagehide", () => {
      floating = null;
      box.removeEventListener("camera:stream", follow);
      window.cameraPlayers.keep(box, false);
    });
  }

  /* ---- figures of the stream ------------------------------------------------------------------------------------------ */
  let measuring = 0, before = null;

  async function figures(live) {
    const reports = [...(await live.connection.getStats()).values()], of = (type) => reports.find((one) => one.type === type && (!one.kind || one.kind === "video"));
    const inbound = of("inbound-rtp");
    if (!inbound) return null;
    const pair = reports.find((one) => one.type === "candidate-pair" && one.nominated), codec = reports.find((one) => one.id === inbound.codecId);
    const now = { at: inbound.timestamp, bytes: inbound.bytesReceived, came: inbound.packetsReceived, lost: inbound.packetsLost, decoded: inbound.framesDecoded,
      held: inbound.jitterBufferDelay || 0, out: inbound.jitterBufferEmittedCount || 0, decoding: inbound.totalDecodeTime || 0 };
    const old = before && before.live === live ? before : null, seconds = old ? (now.at - old.at) / 1000 : 0;
    before = { ...now, live };
    if (!seconds) return null;
    const rate = (name) => now[name] - old[name], all = rate("came") + rate("lost"), each = (name, by) => (rate(by) ? (1000 * rate(name)) / rate(by) : 0);
    return [
      ["Tốc độ", `${number((rate("bytes") * 8) / seconds / 1000)} kbit/s`],
      ["Hình mỗi giây", number(rate("decoded") / seconds, 1)],
      ["Mất gói", `${number(all > 0 ? (100 * Math.max(0, rate("lost"))) / all : 0, 1)}%${inbound.retransmittedPacketsReceived ? `, đã bù ${number(inbound.retransmittedPacketsReceived)}` : ""}`],
      ["Trễ đường truyền", pair && pair.currentRoundTripTime !== undefined ? `${number((1000 * pair.currentRoundTripTime) / 2, 1)} ms` : "––"],
      ["Bộ đệm và giải mã", `${number(each("held", "out"), 1)} + ${number(each("decoding", "decoded"), 1)} ms`],
      ["Mã hóa", codec ? `${codec.mimeType.replace("video/", "")}${profile(codec.sdpFmtpLine)}` : "––"],
      ["Cỡ hình", inbound.frameWidth ? `${inbound.frameWidth} × ${inbound.frameHeight}${live.size === "small" ? ", luồng phụ" : ""}` : "––"],
      ["Hình đầu tiên sau", live.first === undefined ? "––" : `${number(live.first)} ms`],
      ["Máy chuyển tiếp", live.location ? live.location.split("/").pop().split(".")[0] : "––"],
    ];
  }

  function profile(line) {
    const found = /profile-level-id=([0-9a-f]{4})/i.exec(line || "");
    return found ? { "42e0": " CBP", 4200: " Baseline", "4d00": " Main", 6400: " High" }[found[1].toLowerCase()] || "" : "";
  }

  const panels = () => [...document.querySelectorAll('.player [data-cam="stats"]')].filter((panel) => !panel.hidden);

  async function measure() {
    const [panel] = panels();
    if (!panel) { clearInterval(measuring); measuring = 0; return; }
    const player = window.cameraPlayers.of(panel.closest(".player")), live = player && player.live;
    const rows = live && live.connection ? await figures(live).catch(() => null) : [["Luồng", "chưa có"]];
    if (rows) panel.replaceChildren(...rows.flatMap(([name, value]) => [["dt", name], ["dd", value]]).map(([tag, words]) => {
      const made = document.createElement(tag);
      made.textContent = words;
      return made;
    }));
  }

  // One panel at a time.
  function stats(box) {
    const panel = box && box.querySelector('[data-cam="stats"]');
    if (!panel) return;
    const opens = panel.hidden;
    for (const one of panels()) one.hidden = true;
    panel.hidden = !opens;
    for (const button of document.querySelectorAll('[data-cam-do="stats"]')) button.setAttribute("aria-pressed", String(opens && box.contains(button)));
    before = null;
    if (opens && !measuring) { measure(); measuring = setInterval(measure, EVERY); }
  }

  /* ---- what is done ------------------------------------------------------------------------------------------------------ */
  function playAll() {
    const button = document.querySelector('[data-cam-do="play"]');
    if (button) button.setAttribute("aria-pressed", String(window.cameraPlayers.all(button.getAttribute("aria-pressed") !== "true")));
  }

  function help() {
    const box = document.querySelector(".cam-help");
    if (box && !box.open) box.showModal();
  }

  const acts = { full: fill, float, stats, play: playAll, help, all: showAll };
  const keys = { f: fill, p: float, i: stats, v: playAll, "?": help };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cam-do], [data-cam-tone]");
    if (!button) return;
    if (button.dataset.camTone) pressTone(button); else acts[button.dataset.camDo](button.closest(".player") || large());
  });

  document.addEventListener("dblclick", (event) => { if (event.target.closest(".player[data-player] .cam-screen")) fill(); });

  document.addEventListener("keydown", (event) => {
    if (!page() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && typing) { typing.blur(); return; }
    if (event.key === "Escape" && panels().length) { stats(panels()[0].closest(".player")); return; }
    if (typing) {
      if (event.key === "ArrowDown" && typing.matches("[data-cam-find]")) { event.preventDefault(); walk(event.key); }
      return;
    }
    if (event.key === "/") {
      const find = document.querySelector("[data-cam-find]");
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key.startsWith("Arrow") && !event.shiftKey) { event.preventDefault(); walk(event.key); }
    else if (keys[event.key]) { event.preventDefault(); keys[event.key](large()); }
  });

  document.addEventListener("input", (event) => { if (event.target.matches("[data-cam-find], [data-cam-where]")) keep(); });
  document.addEventListener("camera:words", filter);

  // After Dash has drawn: what this browser cannot do is not offered, and what was sought still is.
  let waiting = false;
  function drawn() {
    waiting = false;
    if (!document.querySelector("[data-cam-do]")) return;
    if (!canFill()) for (const button of document.querySelectorAll('[data-cam-do="full"]')) button.hidden = true;
    if (!canFloat()) for (const button of document.querySelectorAll('[data-cam-do="float"]')) button.hidden = true;
    if (page()) filter();
  }
  new MutationObserver(() => { if (!waiting) { waiting = true; requestAnimationFrame(drawn); } }).observe(document.documentElement, { childList: true, subtree: true });
})();
