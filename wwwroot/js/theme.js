// Runs before the page is drawn, so that a dark room never sees a white flash.
(() => {
  const key = 'sida-theme';
  const apply = (theme) => {
    if (theme === 'light' || theme === 'dark') { document.documentElement.dataset.theme = theme; } else { delete document.documentElement.dataset.theme; }
  };
  const next = { system: 'light', light: 'dark', dark: 'system' };
  window.sidaTheme = {
    get: () => localStorage.getItem(key) ?? 'system',
    cycle: () => {
      const theme = next[window.sidaTheme.get()];
      localStorage.setItem(key, theme);
      apply(theme);
      return theme;
    },
  };
  apply(window.sidaTheme.get());
})();
