/* Keeps an open page up to date: hears by WebSocket (or asks every 15 seconds where there is none) which feeds have changed, fetches the
   content anew when it was drawn from one of them, and puts only what differs into the page. Says in the masthead whether it hears. */
(function () {
  'use strict';

  var CONTENT = 'trang', POLL = 15000, SILENCE = 45000, SPREAD = 400, PATIENCE = 20000;
  var PAUSES = [500, 1000, 2000, 5000, 10000, 20000, 30000];
  var socket = null, state = null, failures = 0, heard = Date.now(), silent = 0, asking = false, tries = 0, later = 0;
  var known = { at: '', tag: '', standing: null, drawn: null };

  /* ---- the mark in the masthead ---------------------------------------------------------------------- */
  function show(how) {
    var root = document.documentElement;
    if (root.dataset.signal !== how) { root.dataset.signal = how; }
    say();
  }

  function say() {
    var place = document.querySelector('[data-since]'), when = new Date(heard);
    var since = document.documentElement.dataset.signal === 'lost'
      ? 'từ ' + ('0' + when.getHours()).slice(-2) + ':' + ('0' + when.getMinutes()).slice(-2) : '';
    if (place && place.textContent !== since) { place.textContent = since; }
  }

  function pause() {
    return PAUSES[Math.min(failures, PAUSES.length - 1)] * (0.7 + 0.6 * Math.random());
  }

  /* ---- hearing ------------------------------------------------------------------------------------------ */
  function connect() {
    var here = new URL('/signal', window.location.href), mine;
    here.protocol = here.protocol === 'https:' ? 'wss:' : 'ws:';
    try { mine = socket = new WebSocket(here); } catch (error) { ask(); return; }
    mine.onmessage = function (event) { failures = 0; show('live'); hear(JSON.parse(event.data)); listen(); };
    mine.onclose = function () { if (socket === mine) { socket = null; ask(); } };
    listen();
  }

  /* a line that is cut says nothing: after a long silence it counts as cut */
  function listen() {
    window.clearTimeout(silent);
    silent = window.setTimeout(function () {
      var cut = socket;
      socket = null;
      if (cut) { cut.onclose = cut.onmessage = null; cut.close(); }
      ask();
    }, SILENCE);
  }

  /* without a socket: ask once, then try again to connect; who is not known any more is sent to the login */
  async function ask() {
    window.clearTimeout(silent);
    var wait;
    try {
      var answer = await fetch('/signal', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 401) { window.location.reload(); return; }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      var told = await answer.json();
      if (failures > 1) { show('poll'); }
      wait = failures > 1 ? POLL : pause();
      hear(told);
    } catch (error) {
      if (failures > 0) { show('lost'); }
      wait = pause();
    }
    failures += 1;
    window.setTimeout(connect, wait);
  }

  function hear(told) {
    heard = Date.now();
    state = told;
    tries = 0;
    check();
  }

  /* ---- what the page stands on ------------------------------------------------------------------------- */
  function address() {
    var here = new URL(window.location.href);
    here.searchParams.delete('tim'); // the search is the browser's own affair
    return here.pathname + here.search;
  }

  function standing() {
    var main = document.getElementById(CONTENT), drawn = main && main.getAttribute('data-standing');
    if (!drawn) { return null; }
    if (known.drawn !== drawn) { known = { at: '', tag: '', standing: JSON.parse(drawn), drawn: drawn }; } // a page was opened since
    return known.standing;
  }

  function isOld(stands) {
    if (stands.day !== state.day || stands.away !== state.away) { return true; }
    return Object.keys(state.feeds).some(function (feed) {
      return feed in stands.feeds ? stands.feeds[feed] < state.feeds[feed] : stands.all;
    });
  }

  function check() {
    var stands = state && !document.hidden && !asking && standing();
    if (stands && isOld(stands)) { asking = true; window.setTimeout(fetchContent, Math.random() * SPREAD); }
  }

  /* another process may not have heard yet what we have: asked again in a while, but not for ever */
  function checkLater() {
    window.clearTimeout(later);
    if (tries < 5) { later = window.setTimeout(check, 700 * Math.pow(2, tries)); }
    tries += 1;
  }

  async function fetchContent() {
    var at = address(), drawn = known.drawn, isDone = false;
    try {
      var headers = known.tag && known.at === at ? { 'If-None-Match': known.tag } : {};
      var answer = await fetch('/content?at=' + encodeURIComponent(at), { headers: headers, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
      var content = answer.status === 200 ? await answer.json() : null;
      standing();
      if (answer.status === 403 || answer.status === 404) { // not to be drawn as things stand: asked again when something changes
        known.standing = Object.assign({ all: true }, state);
        isDone = true;
      } else if ((answer.ok || answer.status === 304) && known.drawn === drawn && address() === at) { // else the person has gone on meanwhile
        if (content) { put(content.children); }
        known = { at: at, tag: answer.headers.get('ETag'), standing: JSON.parse(answer.headers.get('X-Standing')), drawn: drawn };
        isDone = !isOld(known.standing);
      }
    } catch (error) { /* the server is away, or the answer was cut: asked again in a while */ }
    asking = false;
    if (isDone) { tries = 0; } else { checkLater(); }
  }

  /* ---- new content in the old page ---------------------------------------------------------------------- */
  function isComponent(one) { return Boolean(one) && typeof one === 'object' && 'namespace' in one && 'props' in one; }

  function isSame(a, b) {
    if (a === b) { return true; }
    if (!a || !b || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) { return (a === undefined ? null : a) === (b === undefined ? null : b); }
    var names = Object.keys(a);
    return names.length === Object.keys(b).length && names.every(function (name) { return isSame(a[name], b[name]); });
  }

  /* gathers the properties to set, by path; false when the two are so unlike that whoever holds them must take the new one whole */
  function compare(old, fresh, path, changes) {
    if (Array.isArray(old) && Array.isArray(fresh)) {
      return old.length === fresh.length && fresh.every(function (one, index) { return compare(old[index], one, path.concat(index), changes); });
    }
    if (!isComponent(old) || !isComponent(fresh)) { return isSame(old, fresh); }
    if (old.type !== fresh.type || old.namespace !== fresh.namespace || old.props.id !== fresh.props.id) { return false; }
    var props = {}, inside = [];
    Object.keys(Object.assign({ className: null }, fresh.props)).forEach(function (name) {
      if (name !== 'children' && !isSame(old.props[name], fresh.props[name])) { props[name] = fresh.props[name] === undefined ? null : fresh.props[name]; }
    });
    if (!compare(old.props.children, fresh.props.children, path.concat('props', 'children'), inside)) {
      props.children = fresh.props.children;
      inside = [];
    }
    if (Object.keys(props).length) { changes.push([path, props]); }
    inside.forEach(function (one) { changes.push(one); });
    return true;
  }

  function put(children) {
    var root = ['components'], places = window.dash_component_api.getLayout(root).props.children, changes = [];
    var place = places.findIndex(function (one) { return one.props && one.props.id === CONTENT; });
    var path = root.concat('props', 'children', place), main = places[place];
    if (!compare(main.props.children, children, path.concat('props', 'children'), changes)) { changes = [[path, { children: children }]]; }
    changes.forEach(function (one) { window.dash_clientside.set_props(one[0], one[1]); });
  }

  /* ---- life ------------------------------------------------------------------------------------------------ */
  document.addEventListener('visibilitychange', function () { tries = 0; check(); });
  window.addEventListener('online', function () { failures = 0; });
  new MutationObserver(function (changes) {
    say();
    if (changes.some(function (one) { return one.type === 'attributes'; })) { check(); }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-standing'] });
  window.addEventListener('load', connect);
})();
