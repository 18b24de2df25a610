/* The viewer's choice of light or dark, set before anything is painted. Loaded in the head; loading it twice does no harm. */
(function () {
  'use strict';
  var KEY = 'giao-dien';
  var dark = window.matchMedia('(prefers-color-scheme: dark)');

  function chosen() {
    try { return window.localStorage.getItem(KEY) || 'auto'; } catch (refused) { return 'auto'; }
  }

  function apply() {
    var choice = chosen();
    document.documentElement.dataset.theme = choice === 'auto' ? (dark.matches ? 'desk-dark' : 'desk') : choice;
    document.querySelectorAll('[data-theme-choice]').forEach(function (button) {
      button.setAttribute('aria-pressed', String(button.dataset.themeChoice === choice));
    });
  }

  if (!window.deskTheme) {
    window.deskTheme = {
      apply: apply,
      choose: function (choice) {
        try { window.localStorage.setItem(KEY, choice); } catch (refused) { /* private mode: the choice lives as long as the page */ }
        apply();
      },
    };
    dark.addEventListener('change', apply);
  }
  apply();
})();
