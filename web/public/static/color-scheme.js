// Before the first paint: who has chosen dark gets no white flash while the pages load.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('cic-color-scheme');
  } catch {}
  const isDark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light';
})();
