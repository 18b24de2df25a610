/* Areas on a camera's picture: polygons that nobody sees, where people wait, where staff works. Drawn by mouse, finger and key.
   Points are kept as shares of width and height, so they fit any size of the same picture. */
(function () {
  'use strict';

  var WIDE = 1600, STEP = 0.005, FAR = 0.05;
  var KINDS = { waiting: 'Vùng chờ', staff: 'Vùng cán bộ', mask: 'Vùng che' };
  var SVG = 'http://www.w3.org/2000/svg';
  var editors = new WeakMap();

  function element(name, attributes, words) {
    var made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (words) { made.textContent = words; }
    return made;
  }

  function shape(name, attributes) {
    var made = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    return made;
  }

  function within(share) { return Math.round(Math.min(1, Math.max(0, share)) * 10000) / 10000; }

  function percent(share) { return Math.round(share * 100) + ' %'; }

  function Editor(box) {
    var drawn = JSON.parse(box.dataset.areas);
    this.box = box;
    this.most = Number(box.dataset.most);
    this.areas = drawn.zones.map(function (one) {
      return { kind: one.kind, name: one.name_vi, capacity: one.capacity || '', points: one.polygon };
    }).concat(drawn.masks.map(function (points) { return { kind: 'mask', name: '', capacity: '', points: points }; }));
    this.chosen = -1;
    this.before = [];
    this.tall = WIDE * 9 / 16;
    this.build();
    this.draw();
    if (box.dataset.still) { this.fetchStill(box.dataset.still); }
  }

  /* what the form sends */
  Editor.prototype.value = function () {
    var zones = [], masks = [];
    this.areas.forEach(function (one) {
      if (one.kind === 'mask') { masks.push(one.points); return; }
      zones.push({ name_vi: one.name.trim(), kind: one.kind, polygon: one.points, capacity: Number(one.capacity) || null });
    });
    return { zones: zones, masks: masks };
  };

  Editor.prototype.show = function (source) {
    var self = this, image = this.image;
    image.onload = function () {
      var tall = WIDE * image.naturalHeight / image.naturalWidth, isOther = Math.abs(tall - self.tall) > 0.5;
      self.stage.style.aspectRatio = image.naturalWidth + ' / ' + image.naturalHeight;
      image.hidden = false;
      self.none.hidden = true;
      if (isOther) { self.tall = tall; self.draw(); } // the same shape: whatever has the focus, or is being read aloud, stays
    };
    image.src = source;
  };

  Editor.prototype.fetchStill = async function (source) {
    for (var tries = 0; tries < 4 && this.box.isConnected && this.image.hidden; tries += 1) {
      var answer = await fetch(source, { cache: 'no-store' }).catch(function () { return null; });
      if (answer && answer.status === 200) { this.show(source + '?luc=' + Date.now()); return; }
      if (!answer || answer.status !== 204) { return; } // 204: asked for just now, there in a moment
      await new Promise(function (done) { window.setTimeout(done, 1500); });
    }
  };

  /* ---- what stands there once ------------------------------------------------------------------------- */
  Editor.prototype.build = function () {
    var self = this;
    this.stage = element('div', { class: 'areas-stage' });
    this.image = element('img', { alt: '', hidden: '' });
    this.none = element('p', { class: 'areas-no' }, 'Chưa có hình. Bấm “Thử kết nối” để lấy một hình.');
    this.svg = shape('svg', { role: 'group', 'aria-label': 'Vùng trên hình', preserveAspectRatio: 'none' });
    this.stage.append(this.image, this.none, this.svg);
    this.acts = element('div', { class: 'acts' });
    Object.keys(KINDS).forEach(function (kind) {
      var button = element('button', { type: 'button', class: 'bt quiet' }, 'Thêm ' + KINDS[kind].toLowerCase());
      button.onclick = function () { self.add(kind); };
      self.acts.append(button);
    });
    this.back = element('button', { type: 'button', class: 'bt quiet' }, 'Hoàn tác');
    this.back.onclick = function () { self.undo(); };
    var test = element('input', { type: 'checkbox' }), label = element('label', { class: 'box' });
    test.onchange = function () { self.stage.classList.toggle('as-seen', test.checked); };
    label.append(test, element('span', {}, 'Xem thử vùng che'));
    this.acts.append(this.back, label);
    this.list = element('ul', { class: 'areas-list' });
    this.said = element('p', { class: 'sr', 'aria-live': 'polite' });
    var help = 'Kéo điểm bằng chuột hay ngón tay; kéo chấm nhỏ giữa cạnh để thêm điểm. Bằng phím: Tab tới điểm, mũi tên để dời '
      + '(Shift: dời xa), Enter để thêm điểm, Delete để bỏ.';
    this.box.append(this.stage, element('p', { class: 'note' }, help), this.acts, this.list,
      element('p', { class: 'error', 'data-error': 'zones' }), element('p', { class: 'error', 'data-error': 'masks' }), this.said);
    this.listen();
  };

  Editor.prototype.listen = function () {
    var self = this, held = null;
    this.svg.addEventListener('pointerdown', function (event) {
      held = self.grasp(event);
      if (held) { event.preventDefault(); self.svg.setPointerCapture(event.pointerId); }
    });
    this.svg.addEventListener('pointermove', function (event) {
      if (held) { self.drag(held, self.place(event)); }
    });
    ['pointerup', 'pointercancel'].forEach(function (name) {
      self.svg.addEventListener(name, function () { if (held) { held = null; self.draw(); } });
    });
    this.svg.addEventListener('keydown', function (event) { self.key(event); });
    this.svg.addEventListener('focusin', function (event) {
      var area = event.target.dataset.area;
      if (area !== undefined && Number(area) !== self.chosen && !held) { self.choose(Number(area), 'area'); }
    });
    new ResizeObserver(function () { self.draw(); }).observe(this.stage);
  };

  Editor.prototype.place = function (event) {
    var box = this.svg.getBoundingClientRect();
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };

  /* ---- changes ---------------------------------------------------------------------------------------- */
  Editor.prototype.keep = function () {
    this.before.push(JSON.stringify(this.areas));
    if (this.before.length > 100) { this.before.shift(); }
  };

  Editor.prototype.undo = function () {
    if (!this.before.length) { return; }
    this.areas = JSON.parse(this.before.pop());
    this.chosen = Math.min(this.chosen, this.areas.length - 1);
    this.draw();
    this.say('Đã hoàn tác');
  };

  Editor.prototype.add = function (kind) {
    this.keep();
    var names = this.areas.map(function (one) { return one.name; }), name = '', number = 1;
    if (kind !== 'mask') {
      do { name = KINDS[kind] + ' ' + number; number += 1; } while (names.indexOf(name) !== -1);
    }
    this.areas.push({ kind: kind, name: name, capacity: '', points: [[0.35, 0.4], [0.65, 0.4], [0.65, 0.7], [0.35, 0.7]] });
    this.choose(this.areas.length - 1, 'point-0');
  };

  Editor.prototype.remove = function (number) {
    this.keep();
    this.areas.splice(number, 1);
    this.chosen = -1;
    this.draw();
    this.say('Đã xóa vùng');
  };

  Editor.prototype.choose = function (number, focus) {
    this.chosen = number;
    this.draw(focus);
  };

  Editor.prototype.grasp = function (event) {
    var data = event.target.dataset, at = this.place(event);
    if (data.point !== undefined) { this.keep(); return { point: Number(data.point) }; }
    if (data.middle !== undefined) {
      if (this.areas[this.chosen].points.length >= this.most) { return null; }
      this.keep();
      this.areas[this.chosen].points.splice(Number(data.middle) + 1, 0, at);
      this.draw('point-' + (Number(data.middle) + 1));
      return { point: Number(data.middle) + 1 };
    }
    if (data.area === undefined) { this.choose(-1); return null; }
    this.keep();
    this.choose(Number(data.area), 'area');
    return { from: at, points: this.areas[this.chosen].points.map(function (one) { return one.slice(); }) };
  };

  Editor.prototype.drag = function (held, at) {
    if (held.from) {
      this.shift(held.points, at[0] - held.from[0], at[1] - held.from[1]);
    } else {
      this.areas[this.chosen].points[held.point] = at;
    }
    this.draw();
  };

  /* the whole area goes as far as the edge of the picture lets it */
  Editor.prototype.shift = function (points, right, down) {
    [right, down].forEach(function (by, axis) {
      var all = points.map(function (one) { return one[axis]; });
      by = Math.min(1 - Math.max.apply(null, all), Math.max(-Math.min.apply(null, all), by));
      this.areas[this.chosen].points.forEach(function (one, index) { one[axis] = within(points[index][axis] + by); });
    }, this);
  };

  Editor.prototype.key = function (event) {
    var ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    var data = event.target.dataset, area = this.areas[this.chosen], way = ways[event.key], far = event.shiftKey ? FAR : STEP;
    if (!area) { return; }
    var point = data.point === undefined ? null : Number(data.point);
    if (way && point !== null) {
      this.keep();
      area.points[point] = [within(area.points[point][0] + way[0] * far), within(area.points[point][1] + way[1] * far)];
      this.draw('point-' + point);
      this.say(percent(area.points[point][0]) + ' ngang, ' + percent(area.points[point][1]) + ' dọc');
    } else if (way && data.area !== undefined) {
      this.keep();
      this.shift(area.points.map(function (one) { return one.slice(); }), way[0] * far, way[1] * far);
      this.draw('area');
    } else if (event.key === 'Enter' && point !== null && area.points.length < this.most) {
      this.keep();
      var next = area.points[(point + 1) % area.points.length], mine = area.points[point];
      area.points.splice(point + 1, 0, [within((mine[0] + next[0]) / 2), within((mine[1] + next[1]) / 2)]);
      this.draw('point-' + (point + 1));
      this.say('Đã thêm điểm');
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && point !== null && area.points.length > 3) {
      this.keep();
      area.points.splice(point, 1);
      this.draw('point-' + Math.max(0, point - 1));
      this.say('Đã bỏ điểm, còn ' + area.points.length);
    } else if (event.key === 'Delete' && data.area !== undefined) {
      this.remove(this.chosen);
    } else { return; }
    event.preventDefault();
  };

  Editor.prototype.say = function (words) { this.said.textContent = words; };

  /* ---- drawing ---------------------------------------------------------------------------------------- */
  Editor.prototype.draw = function (focus) {
    var self = this, unit = WIDE / Math.max(1, this.stage.clientWidth), held = document.activeElement;
    if (!focus && this.svg.contains(held)) { focus = held.dataset.name; }
    this.svg.setAttribute('viewBox', '0 0 ' + WIDE + ' ' + this.tall);
    this.svg.replaceChildren();
    this.areas.forEach(function (area, number) { if (number !== self.chosen) { self.drawArea(area, number, unit); } });
    if (this.areas[this.chosen]) {
      this.drawArea(this.areas[this.chosen], this.chosen, unit);
      this.drawHandles(this.areas[this.chosen], unit);
    }
    this.back.disabled = !this.before.length;
    var target = focus && this.svg.querySelector('[data-name="' + focus + '"]');
    if (target) { target.focus({ preventScroll: true }); }
    this.drawList();
  };

  Editor.prototype.at = function (point) { return [point[0] * WIDE, point[1] * this.tall]; };

  Editor.prototype.label = function (area, number) { return area.kind === 'mask' ? 'Vùng che ' + (number + 1) : area.name || KINDS[area.kind]; };

  Editor.prototype.drawArea = function (area, number, unit) {
    var points = area.points.map(this.at, this), chosen = number === this.chosen;
    var polygon = shape('polygon', {
      points: points.map(function (one) { return one.join(','); }).join(' '), class: 'a-' + area.kind + (chosen ? ' on' : ''),
      'data-area': number, 'data-name': chosen ? 'area' : 'area-' + number, tabindex: 0, role: 'button',
      'aria-label': this.label(area, number) + ', ' + area.points.length + ' điểm', 'vector-effect': 'non-scaling-stroke'
    });
    this.svg.append(polygon);
    if (area.kind === 'mask') { return; }
    var middle = points.reduce(function (sum, one) { return [sum[0] + one[0] / points.length, sum[1] + one[1] / points.length]; }, [0, 0]);
    var words = shape('text', { x: middle[0], y: middle[1], 'font-size': 15 * unit, 'stroke-width': 3 * unit, 'aria-hidden': 'true' });
    words.textContent = this.label(area, number) + (area.capacity ? ' · ' + area.capacity : '');
    this.svg.append(words);
  };

  Editor.prototype.drawHandles = function (area, unit) {
    var self = this, points = area.points.map(this.at, this);
    points.forEach(function (one, number) {
      var next = points[(number + 1) % points.length];
      if (points.length < self.most) {
        self.handle([(one[0] + next[0]) / 2, (one[1] + next[1]) / 2], 4 * unit, 14 * unit, { 'data-middle': number, 'aria-hidden': 'true' });
      }
    });
    points.forEach(function (one, number) {
      var share = area.points[number];
      self.handle(one, 8 * unit, 22 * unit, {
        'data-point': number, 'data-name': 'point-' + number, tabindex: 0, role: 'button',
        'aria-label': 'Điểm ' + (number + 1) + ' của ' + self.label(area, self.chosen) + ': ' + percent(share[0]) + ' ngang, ' + percent(share[1]) + ' dọc'
      });
    });
  };

  /* a dot, and around it room for a finger */
  Editor.prototype.handle = function (at, radius, room, attributes) {
    var place = { cx: at[0], cy: at[1] };
    this.svg.append(shape('circle', Object.assign({ r: radius, class: 'dot', 'vector-effect': 'non-scaling-stroke' }, place)));
    this.svg.append(shape('circle', Object.assign({ r: room, class: 'hold' }, place, attributes)));
  };

  Editor.prototype.drawList = function () {
    var self = this, kinds = this.areas.map(function (one, number) { return one.kind + number + (number === self.chosen); }).join();
    if (kinds === this.listed) { return; } // the same rows: what somebody types in them stays
    this.listed = kinds;
    this.list.replaceChildren.apply(this.list, this.areas.map(function (area, number) { return self.row(area, number); }));
  };

  Editor.prototype.row = function (area, number) {
    var self = this, row = element('li', { class: number === this.chosen ? 'on' : '' });
    var pick = element('button', { type: 'button', class: 'pickarea a-' + area.kind, 'aria-pressed': String(number === this.chosen) }, KINDS[area.kind]);
    pick.onclick = function () { self.choose(number, 'area'); };
    row.append(pick);
    if (area.kind !== 'mask') {
      row.append(this.entry(area, 'name', { 'aria-label': 'Tên vùng', maxlength: 60, class: 'areaname' }),
        this.entry(area, 'capacity', { 'aria-label': 'Sức chứa', placeholder: 'sức chứa', inputmode: 'numeric', maxlength: 4, class: 'n areacap' }));
    }
    var gone = element('button', { type: 'button', class: 'bt quiet', 'aria-label': 'Xóa ' + this.label(area, number) }, 'Xóa');
    gone.onclick = function () { self.remove(number); };
    row.append(gone);
    return row;
  };

  Editor.prototype.entry = function (area, field, attributes) {
    var self = this, entry = element('input', Object.assign({ type: 'text', autocomplete: 'off' }, attributes));
    entry.value = area[field];
    entry.oninput = function () {
      area[field] = field === 'capacity' ? entry.value.replace(/\D/g, '') : entry.value;
      self.draw();
    };
    return entry;
  };

  /* ---- one editor for each element -------------------------------------------------------------------- */
  function of(box) {
    if (!editors.has(box)) { editors.set(box, new Editor(box)); }
    return editors.get(box);
  }

  var waiting = false;
  function settle() {
    waiting = false;
    document.querySelectorAll('[data-areas]').forEach(of);
  }

  window.Areas = { of: of };
  new MutationObserver(function () {
    if (!waiting && document.querySelector('[data-areas]')) { waiting = true; window.requestAnimationFrame(settle); }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
