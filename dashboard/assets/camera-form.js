/* The form of a camera: sends it, says beside each field what is wrong with it, tries addresses, finds cameras. */
(function () {
  'use strict';

  var ask = window.Api.ask, made = window.Api.made;

  var SURE_FOR = 6000, TWICE = 700;
  var EDGE = { url: 1, user: 1, password: 1, substream: 1 };

  function all(within, what) { return Array.from(within.querySelectorAll(what)); }

  /* ---- what was filled in ----------------------------------------------------------------------------- */
  function editor() {
    var box = document.querySelector('[data-areas]');
    return box ? window.Areas.of(box) : null;
  }

  function draft(form) {
    var found = { privacy_for: {} };
    all(form, '[name]').forEach(function (field) {
      var value = field.value.trim(), parts = field.name.split('.');
      if (field.name === 'password') { if (field.value) { found.password = field.value; } }
      else if (parts.length === 2) { if (value) { found.privacy_for[parts[1]] = value; } }
      else { found[field.name] = value; }
    });
    return Object.assign(found, editor() ? editor().value() : {});
  }

  function ways(form) {
    var whole = draft(form), found = {};
    Object.keys(EDGE).forEach(function (name) { if (whole[name] !== undefined) { found[name] = whole[name]; } });
    if (form.dataset.key) { found.key = form.dataset.key; }
    return found;
  }

  /* ---- what is wrong with it -------------------------------------------------------------------------- */
  function say(form, words) {
    var said = form.querySelector('[data-said]');
    said.textContent = words || '';
    said.hidden = !words;
    if (words) { said.scrollIntoView({ block: 'nearest' }); }
  }

  function showErrors(form, fields) {
    var first = null, spoken = [];
    all(document, '[data-error]').forEach(function (place) {
      var name = place.dataset.error, wrong = fields[name] || '', field = form.elements.namedItem(name);
      place.textContent = wrong;
      if (field && field.setAttribute) {
        if (wrong) { field.setAttribute('aria-invalid', 'true'); field.setAttribute('aria-describedby', place.id); first = first || field; }
        else { field.removeAttribute('aria-invalid'); }
      }
      if (wrong) { spoken.push(name); }
    });
    var left = Object.keys(fields).filter(function (name) { return spoken.indexOf(name) === -1; });
    var rest = left.map(function (name) { return fields[name]; }).join(' ');
    say(form, Object.keys(fields).length ? ('Chưa lưu được: xem các dòng đánh dấu. ' + rest).trim() : '');
    if (first) { first.focus(); }
  }

  function refused(form, answer) {
    if (answer.said.fields) { showErrors(form, answer.said.fields); }
    else { showErrors(form, {}); say(form, answer.said.detail || 'Chưa làm được.'); }
  }

  /* as a tap on a link, so that the page is followed as every other */
  function go(href) {
    var link = made('a');
    link.href = href;
    document.body.append(link);
    link.click();
    link.remove();
  }

  async function busy(button, words, work) {
    var was = button.textContent;
    button.disabled = true;
    button.textContent = words;
    try { return await work(); } finally { button.disabled = false; button.textContent = was; }
  }

  /* ---- deeds ------------------------------------------------------------------------------------------ */
  async function save(form, more) {
    var body = Object.assign(draft(form), more || {});
    if (form.dataset.key) { body.version = Number(form.dataset.version); }
    var answer = form.dataset.key ? await ask('PATCH', 'cameras/' + form.dataset.key, body) : await ask('POST', 'cameras', body);
    if (!answer.ok) { refused(form, answer); return; }
    go('/quan-tri?luu=' + encodeURIComponent(answer.said.key));
  }

  /* What cannot be taken back asks for a second press, and says beside the button what it means. */
  function sure(form, button, work) {
    var asked = Number(button.dataset.asked || 0), means = form.querySelector('[data-means]');
    if (!asked) {
      var was = button.textContent;
      button.dataset.asked = String(Date.now());
      button.textContent = button.dataset.sure;
      means.textContent = button.dataset.because;
      window.setTimeout(function () {
        delete button.dataset.asked;
        button.textContent = was;
        if (means.textContent === button.dataset.because) { means.textContent = ''; }
      }, SURE_FOR);
    } else if (Date.now() - asked > TWICE) { // the second half of a double click is no second thought
      work();
    }
  }

  async function remove(form) {
    var answer = await ask('DELETE', 'cameras/' + form.dataset.key);
    if (!answer.ok) { refused(form, answer); return; }
    go('/quan-tri?xoa=' + encodeURIComponent(form.dataset.key));
  }

  /* ---- trying an address ------------------------------------------------------------------------------ */
  function number(value, digits) { return value.toLocaleString('vi-VN', { minimumFractionDigits: digits, maximumFractionDigits: digits }); }

  function told(name, one) {
    var good = one.state === 'live', line = made('div', 'outcome ' + (good ? 'good' : 'bad'));
    var facts = [one.codec, one.width ? one.width + ' × ' + one.height : '', one.fps ? number(one.fps, 1) + ' hình/giây' : '',
      one.kbps ? number(one.kbps, 0) + ' kbit/s' : ''].filter(Boolean).join(' · ');
    line.append(made('p', 'trial-head', name + ': ' + one.said));
    if (facts) { line.append(made('p', 'n', facts)); }
    if (one.advice) { line.append(made('p', '', one.advice)); }
    return line;
  }

  async function attempt(form) {
    var place = document.querySelector('[data-trial]');
    place.replaceChildren(made('p', 'note', 'Máy chuyển tiếp đang gọi camera, chỉ một lần…'));
    var answer = await ask('POST', 'camera-trials', ways(form));
    place.replaceChildren();
    if (!answer.ok) { refused(form, answer); return; }
    showErrors(form, {});
    place.append(told('Luồng chính', answer.said.url));
    if (answer.said.substream) { place.append(told('Luồng phụ', answer.said.substream)); }
    if (answer.said.url.jpeg && editor()) { editor().show('data:image/jpeg;base64,' + answer.said.url.jpeg); }
  }

  /* ---- finding cameras, and their streams --------------------------------------------------------------- */
  function found(form) { return form.querySelector('[data-found]'); }

  function line(words, small, buttons) {
    var row = made('li');
    var text = made('span', '', words);
    text.append(made('small', '', small));
    row.append(text);
    buttons.forEach(function (one) {
      var button = made('button', 'bt quiet', one[0]);
      button.type = 'button';
      button.onclick = one[1];
      row.append(button);
    });
    return row;
  }

  async function discover(form) {
    var place = found(form), answer = await ask('POST', 'camera-discoveries');
    if (!answer.ok) { refused(form, answer); return; }
    var list = made('ul', 'foundlist');
    answer.said.devices.forEach(function (one) {
      var about = [one.model, one.place].filter(Boolean).join(', ');
      list.append(line(one.name || one.host, one.host + (about ? ' · ' + about : ''), [['Hỏi luồng', function () { streams(form, one.address); }]]));
    });
    var none = 'Không camera nào trả lời trong mạng của máy chuyển tiếp. Nhiều nơi chặn câu hỏi này giữa các mạng: hãy điền địa chỉ.';
    place.replaceChildren(answer.said.devices.length ? list : made('p', 'note', none));
  }

  function hostOf(url) {
    var match = /^[a-z]+:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^/:?#]+)/i.exec(url);
    return match ? match[1] : '';
  }

  async function streams(form, where) {
    var address = where || hostOf(form.elements.namedItem('url').value);
    if (!address) { showErrors(form, { url: 'Điền địa chỉ hay tên máy của camera trước, như rtsp://10.0.0.5/' }); return; }
    var body = { address: address, user: form.elements.namedItem('user').value.trim(), password: form.elements.namedItem('password').value };
    if (form.dataset.key) { body.key = form.dataset.key; }
    found(form).replaceChildren(made('p', 'note', 'Đang hỏi ' + address + '…'));
    var answer = await ask('POST', 'camera-streams', body);
    if (!answer.ok) { found(form).replaceChildren(); refused(form, answer); return; }
    if (!answer.said.streams.length) { found(form).replaceChildren(made('p', 'error', answer.said.said || 'Camera không nêu luồng nào.')); return; }
    var list = made('ul', 'foundlist');
    answer.said.streams.forEach(function (one) {
      var size = one.width ? one.width + ' × ' + one.height : '', rate = one.fps ? one.fps + ' hình/giây' : '';
      var about = [one.codec, size, rate, one.url, one.is_elsewhere ? 'chỉ tới máy khác, hãy kiểm tra' : ''].filter(Boolean).join(' · ');
      list.append(line(one.name, about, [['Luồng chính', use(form, 'url', one.url)], ['Luồng phụ', use(form, 'substream', one.url)]]));
    });
    found(form).replaceChildren(list);
  }

  function use(form, name, url) {
    return function () {
      var field = form.elements.namedItem(name);
      field.value = url;
      field.focus();
    };
  }

  /* ---- listening -------------------------------------------------------------------------------------- */
  function onClick(event) {
    var button = event.target.closest('[data-does]'), form = button && button.closest('[data-camera-form]');
    if (!form) { return; }
    var does = button.dataset.does;
    if (does === 'try') { busy(button, 'Đang thử…', function () { return attempt(form); }); }
    if (does === 'streams') { busy(button, 'Đang hỏi…', function () { return streams(form); }); }
    if (does === 'discover') { busy(button, 'Đang tìm…', function () { return discover(form); }); }
    if (does === 'on' || does === 'off') { busy(button, 'Đang lưu…', function () { return save(form, { enabled: does === 'on' }); }); }
    if (does === 'reference') { sure(form, button, function () { save(form, { reference_at: new Date().toISOString() }); }); }
    if (does === 'delete') { sure(form, button, function () { remove(form); }); }
  }

  document.addEventListener('click', onClick);
  document.addEventListener('submit', function (event) {
    if (!event.target.matches('[data-camera-form]')) { return; }
    event.preventDefault();
    busy(event.target.querySelector('[type="submit"]'), 'Đang lưu…', function () { return save(event.target); });
  });
})();
