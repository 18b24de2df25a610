/* What the pages of administration share: asking the API, and making an element. It stands before them in the one file of scripts. */
(function () {
  'use strict';

  var AWAY = 'Máy chủ đang không trả lời. Những gì đã điền vẫn còn ở đây: hãy thử lại.';

  /* `{ok, status, said}`: what was said as JSON, or words for people under `detail`; status 0 when nobody answered. Never throws. */
  async function ask(method, address, body) {
    try {
      var answer = await fetch('/api/v1/' + address, {
        method: method, headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: body ? JSON.stringify(body) : undefined
      });
      return { ok: answer.ok, status: answer.status, said: answer.status === 204 ? {} : await answer.json() };
    } catch (error) {
      return { ok: false, status: 0, said: { detail: AWAY } };
    }
  }

  function made(name, css, words) {
    var one = document.createElement(name);
    if (css) { one.className = css; }
    if (words) { one.textContent = words; }
    return one;
  }

  window.Api = { ask: ask, made: made };
})();
