/* People, tokens and displays on the administration page: lists from the API, forms into it. A secret is shown once, where it was made. */
(function () {
  'use strict';

  var ask = window.Api.ask, made = window.Api.made;

  var ROLES = { administrator: 'Quản trị', working_group: 'Tổ công tác', leader: 'Lãnh đạo', province: 'Tỉnh, thành phố', province_approver: 'Tỉnh, duyệt báo cáo' };
  var KINDS = {
    people: {
      heads: ['Tên đăng nhập', 'Tên', 'Vai trò', 'Đơn vị', 'Trạng thái'],
      row: function (one) { return [one.username, one.name, ROLES[one.role] || one.role, one.unit_name || one.unit || '', one.disabled ? 'đã khóa' : '']; },
      deeds: function (one) {
        return one.disabled ? [] : [
          ['Mật khẩu mới', 'PATCH', 'people/' + encodeURIComponent(one.username), { password: true }],
          ['Khóa', 'PATCH', 'people/' + encodeURIComponent(one.username), { disabled: true }, true]
        ];
      },
      none: 'Chưa có người dùng nào.'
    },
    tokens: {
      heads: ['Máy, việc', 'Được làm gì', 'Thay mặt', 'Cấp lúc', 'Loại'],
      row: function (one) { return [one.name, one.scopes.join(', '), one.username || '', when(one.created_at), one.simulated ? 'mô phỏng' : '']; },
      deeds: function (one) { return [['Thu hồi', 'DELETE', 'tokens/' + encodeURIComponent(one.name), null, true]]; },
      none: 'Chưa cấp mã truy cập nào.'
    },
    displays: {
      heads: ['Màn hình', 'Tường', 'Địa chỉ', 'Ghép lúc', 'Xem lần cuối'],
      row: function (one) { return [one.name, one.wall, one.address, when(one.created_at), when(one.seen_at)]; },
      deeds: function (one) { return [['Thu hồi', 'DELETE', 'displays/' + encodeURIComponent(one.name), null, true]]; },
      none: 'Chưa ghép màn hình nào. Mở /wall/<tường> trên màn hình để thấy mã.'
    }
  };

  function when(text) {
    return new Date(text).toLocaleString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh', hour: '2-digit', minute: '2-digit', day: '2-digit', month: '2-digit', year: 'numeric' });
  }

  /* ---- lists ------------------------------------------------------------------------------------------ */
  async function fill(box) {
    var kind = KINDS[box.dataset.accounts], answer = await ask('GET', box.dataset.accounts);
    if (!answer.ok) { box.replaceChildren(made('p', 'error', answer.said.detail)); return; }
    if (!answer.said.length) { box.replaceChildren(made('p', 'empty', kind.none)); return; }
    var table = made('table', 'dt blocks'), head = made('tr'), body = made('tbody');
    kind.heads.forEach(function (word) { head.append(made('th', 'l', word)); });
    head.append(made('th', 'l'));
    head.lastChild.append(made('span', 'sr', 'Việc'));
    answer.said.forEach(function (one) { body.append(row(box, kind, one)); });
    table.append(made('thead'), body);
    table.tHead.append(head);
    var scroll = made('div', 'tablebox');
    scroll.append(table);
    box.replaceChildren(scroll);
  }

  function row(box, kind, one) {
    var line = made('tr', one.disabled ? 'off' : '');
    kind.row(one).forEach(function (text, index) {
      var cell = made(index ? 'td' : 'th', 'l');
      if (index) { cell.dataset.label = kind.heads[index]; cell.append(made('div', '', text)); } else { cell.scope = 'row'; cell.textContent = text; }
      line.append(cell);
    });
    var acts = made('td', 'act');
    kind.deeds(one).forEach(function (deed) { acts.append(button(box, deed)); });
    line.append(acts);
    return line;
  }

  function button(box, deed) {
    var one = made('button', 'bt quiet', deed[0]), asked = !deed[4];
    one.type = 'button';
    one.onclick = async function () {
      if (!asked) {
        asked = true;
        one.textContent = 'Bấm lần nữa';
        window.setTimeout(function () { asked = !deed[4]; one.textContent = deed[0]; }, 6000);
        return;
      }
      one.disabled = true;
      var answer = await ask(deed[1], deed[2], deed[3]);
      if (answer.ok && !answer.said.secret) { fill(box); return; }
      one.disabled = false;
      one.after(answer.ok ? shown(answer.said.secret) : made('span', 'error', answer.said.detail));
    };
    return one;
  }

  function shown(secret) {
    var line = made('p', 'secret', 'Chỉ hiện một lần, hãy ghi lại: ');
    line.append(made('code', '', secret));
    return line;
  }

  /* ---- forms ------------------------------------------------------------------------------------------ */
  function draft(form) {
    var found = {}, scopes = [];
    Array.from(form.querySelectorAll('[name]')).forEach(function (field) {
      var value = field.value.trim();
      if (field.name === 'scopes') { if (field.checked) { scopes.push(value); } }
      else if (field.name === 'feed') { if (value) { scopes.push('feed:' + value); } }
      else if (value) { found[field.name] = value; }
    });
    if (form.dataset.accountForm === 'tokens') { found.scopes = scopes; }
    return found;
  }

  async function send(form) {
    var kind = form.dataset.accountForm, said = form.querySelector('[data-said]'), button = form.querySelector('[type="submit"]');
    button.disabled = true;
    var answer = await ask('POST', kind, Object.assign({ people: { username: '', role: '' }, tokens: { name: '' }, displays: { code: '' } }[kind], draft(form)));
    button.disabled = false;
    var fields = answer.said.fields || {};
    Array.from(form.querySelectorAll('[data-wrong]')).forEach(function (place) { place.textContent = fields[place.dataset.wrong] || ''; });
    said.hidden = answer.ok ? !answer.said.secret && !answer.said.name : Boolean(answer.said.fields);
    if (!answer.ok) { said.textContent = answer.said.fields ? '' : answer.said.detail; return; }
    said.replaceChildren(answer.said.secret ? shown(answer.said.secret) : made('p', '', 'Đã ghép ' + answer.said.name + '.'));
    form.reset();
    document.querySelectorAll('[data-accounts="' + kind + '"]').forEach(fill);
  }

  document.addEventListener('submit', function (event) {
    if (!event.target.matches('[data-account-form]')) { return; }
    event.preventDefault();
    send(event.target);
  });

  var filled = new WeakSet();
  new MutationObserver(function () {
    document.querySelectorAll('[data-accounts]').forEach(function (box) {
      if (!filled.has(box)) { filled.add(box); fill(box); }
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
