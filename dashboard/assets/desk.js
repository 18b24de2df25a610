/* What the pages do in the browser beside Dash: drawn HTML, links without a new page, tables that are searched in place, menus, keys. */
(function () {
  'use strict';

  /* ---- our one component ------------------------------------------------------------------------- */
  /* React sees the HTML of the first time only; what comes later, when figures have changed, is worked into the nodes that stand there. */
  function Standing(props) {
    var React = window.React, html = props.html || '';
    var box = React.useRef(null), first = React.useRef(html), shown = React.useRef(html);
    React.useLayoutEffect(function () {
      if (shown.current === html) { return; }
      shown.current = html;
      renew(box.current, html);
    });
    return React.createElement(props.tag || 'div', {
      id: props.id,
      className: props.className,
      ref: box,
      dangerouslySetInnerHTML: { __html: first.current },
    });
  }

  function Drawing(props) {
    return window.React.createElement(Standing, Object.assign({ key: props.tag }, props));
  }
  window.dashboard_elements = { Drawing: Drawing };

  /* ---- new figures in old nodes: focus, scroll, open menus and what was typed stay where they are ------- */
  function renew(box, html) {
    var fresh = document.createElement(box.tagName), focused = document.activeElement;
    fresh.innerHTML = html; // made by the server, escaped where it was made
    renewChildren(box, fresh);
    if (focused !== document.activeElement && box.contains(focused)) { focused.focus({ preventScroll: true }); } // its row has moved
  }

  function nameOf(node) {
    return node.nodeType === 1 ? node.id || node.getAttribute('data-href') || node.getAttribute('data-camera') || '' : '';
  }

  function renewChildren(old, fresh) {
    var named = new Map(), at = old.firstChild, node, found;
    old.childNodes.forEach(function (each) { if (nameOf(each)) { named.set(each.nodeName + nameOf(each), each); } });
    while ((node = fresh.firstChild)) {
      if (nameOf(node)) { found = named.get(node.nodeName + nameOf(node)); named.delete(node.nodeName + nameOf(node)); }
      else { found = at && !nameOf(at) && at.nodeName === node.nodeName ? at : null; }
      fresh.removeChild(node);
      if (!found) { old.insertBefore(node, at); continue; }
      if (found === at) { at = at.nextSibling; } else { old.insertBefore(found, at); }
      renewNode(found, node);
    }
    while (at) { found = at.nextSibling; old.removeChild(at); at = found; }
  }

  function renewNode(old, fresh) {
    if (old.isEqualNode(fresh)) { return; }
    if (old.nodeType !== 1) { old.nodeValue = fresh.nodeValue; return; }
    if (old.dataset.camera || old.hasAttribute('data-count')) { return; } // player.js keeps these up to date
    if (old.hasAttribute('data-keeps')) { return; } // somebody writes in it: what they wrote is theirs until it is sent
    Array.from(old.attributes).forEach(function (one) {
      if (!fresh.hasAttribute(one.name) && !isTheirs(old, one.name)) { old.removeAttribute(one.name); }
    });
    Array.from(fresh.attributes).forEach(function (one) {
      if (old.getAttribute(one.name) !== one.value && !isTheirs(old, one.name)) { old.setAttribute(one.name, one.value); }
    });
    renewChildren(old, fresh);
  }

  /* what the person at the screen has set, and no server knows */
  function isTheirs(node, name) {
    return (name === 'open' && node.tagName === 'DETAILS') || (name === 'value' && node.tagName === 'INPUT')
      || (name === 'hidden' && node.hasAttribute('data-search'));
  }

  /* ---- links inside drawings: as dcc.Link does it ------------------------------------------------- */
  var PLAIN = /^\/(api|tai-ve|assets|dang-|healthz|readyz|metrics)/;

  function follow(href) {
    var from = window.location.pathname, to = new URL(href, window.location.href);
    var sought = new URL(window.location.href).searchParams.get('tim');
    if (sought && to.pathname === from && !to.searchParams.has('tim')) { to.searchParams.set('tim', sought); } // the search stays on its page
    window.history.pushState({}, '', to.pathname + to.search + to.hash);
    window.dispatchEvent(new CustomEvent('_dashprivate_pushstate'));
    if (window.location.pathname !== from) { window.scrollTo(0, 0); }
  }

  function isOurs(link) {
    var to = new URL(link.href, window.location.href);
    return to.origin === window.location.origin && !PLAIN.test(to.pathname) && !link.target && !link.hasAttribute('download')
      && !(to.hash && to.pathname === window.location.pathname && to.search === window.location.search);
  }

  function address(link) {
    var to = new URL(link.href.baseVal === undefined ? link.href : link.href.baseVal, window.location.href);
    return to.pathname + to.search + to.hash;
  }

  function onClick(event) {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    var target = event.target;
    var theme = target.closest('[data-theme-choice]');
    if (theme) { window.deskTheme.choose(theme.dataset.themeChoice); return; }
    var opener = target.closest('[data-opens]');
    if (opener) { window.dash_clientside.set_props(opener.dataset.opens, { is_open: true }); return; }
    closeMenus(target);
    var link = target.closest('a[href]');
    if (!link) { onRow(target); return; }
    if (!window.dash_clientside || !isOurs({ href: address(link), target: link.getAttribute('target'), hasAttribute: link.hasAttribute.bind(link) })) { return; }
    event.preventDefault();
    var panel = link.closest('.offcanvas');
    if (panel) { window.dash_clientside.set_props(panel.id || 'trinh-don', { is_open: false }); }
    if (link.closest('tr[data-href]')) { tapped = true; }
    follow(address(link));
  }

  /* the whole row is the target of a tap; text that is being selected is not a tap */
  function onRow(target) {
    var row = target.closest('tr[data-href]');
    if (row && !String(window.getSelection())) { tapped = true; follow(row.dataset.href); }
  }

  /* where the reasons of a chosen row are drawn below the table, a tap on the row leads there */
  var tapped = false;
  function reveal() {
    var box = tapped && document.querySelector('tr.on') && document.querySelector('.chosen');
    if (!box) { return; }
    tapped = false;
    if (box.getBoundingClientRect().top > window.innerHeight * 0.8) { box.scrollIntoView({ block: 'start' }); }
  }

  function closeMenus(except) {
    document.querySelectorAll('details.menu[open]').forEach(function (menu) {
      if (!menu.contains(except)) { menu.open = false; }
    });
  }

  /* ---- keys: arrows walk the rows, "/" goes to the search field, Escape closes menus ---------------- */
  function onKey(event) {
    var typing = event.target.closest('input, textarea, select');
    if (event.key === 'Escape') {
      var menu = event.target.closest('details.menu[open]');
      closeMenus(null);
      if (menu) { menu.querySelector('summary').focus(); }
    } else if (event.key === '/' && !typing) {
      var field = document.querySelector('[data-filters]');
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && event.target.closest('tr[data-href]')) {
      walk(event, event.key === 'ArrowDown' ? 'nextElementSibling' : 'previousElementSibling');
    } else if (event.key === 'ArrowDown' && typing && typing.dataset.filters) {
      var first = document.querySelector('#' + CSS.escape(typing.dataset.filters) + ' tbody tr:not([hidden]) a');
      if (first) { event.preventDefault(); first.focus(); }
    }
  }

  function walk(event, way) {
    var row = event.target.closest('tr')[way];
    while (row && row.hidden) { row = row[way]; }
    var link = row && row.querySelector('a');
    if (link) { event.preventDefault(); link.focus(); }
  }

  /* ---- search ---------------------------------------------------------------------------------------- */
  function plain(text) {
    return text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase().trim();
  }

  function filter(field) {
    var table = document.getElementById(field.dataset.filters);
    if (!table) { return; }
    var wanted = plain(field.value).split(/\s+/), found = 0, all = 0;
    table.querySelectorAll('tbody tr[data-search]').forEach(function (row) {
      var hit = wanted.every(function (word) { return row.dataset.search.indexOf(word) !== -1; });
      row.hidden = !hit;
      found += hit; all += 1;
    });
    var count = document.querySelector('[data-counts="' + field.dataset.filters + '"]');
    var said = field.value ? (found ? found + '/' + all : 'Không có tên nào như vậy') : '';
    if (count && count.textContent !== said) { count.textContent = said; } // setting it again would wake the observer again
  }

  function onInput(event) {
    var field = event.target;
    if (!field.dataset || !field.dataset.filters) { return; }
    filter(field);
    var here = new URL(window.location.href);
    if (field.value) { here.searchParams.set(field.name, field.value); } else { here.searchParams.delete(field.name); }
    window.history.replaceState(window.history.state, '', here.pathname + here.search);
  }

  /* ---- after Dash has drawn --------------------------------------------------------------------------- */
  var waiting = false;
  function drawn() {
    waiting = false;
    if (window.deskTheme) { window.deskTheme.apply(); }
    reveal();
    document.querySelectorAll('[data-filters]').forEach(function (field) { if (field.value) { filter(field); } });
  }

  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
  document.addEventListener('input', onInput);
  new MutationObserver(function () {
    if (!waiting) { waiting = true; window.requestAnimationFrame(drawn); }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
