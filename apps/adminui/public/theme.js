// Runs before anything is painted. The choice is made in src/shell/theme.ts; without one the system decides.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('nereid.theme');
  } catch (_) {
    // Storage may be forbidden; then the system decides.
  }
  var isDark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
