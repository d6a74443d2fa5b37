// Runs in the page, before anything of it: what the browser says of its own speed, and the changes that are timed there.
globalThis.bench = { lcp: 0, interactions: {} };

const named = (target) => target?.getAttribute?.('aria-label') ?? target?.tagName?.toLowerCase() ?? 'what is gone by now';

new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) bench.lcp = startTime;
}).observe({ type: 'largest-contentful-paint', buffered: true });

new PerformanceObserver((list) => {
  // The longest event of an interaction is the interaction's.
  for (const { interactionId, duration, name, target, startTime, processingStart, processingEnd } of list.getEntries()) {
    if (!interactionId || duration <= (bench.interactions[interactionId]?.duration ?? 0)) continue;
    const [waited, worked] = [processingStart - startTime, processingEnd - processingStart].map(Math.round);
    bench.interactions[interactionId] = { duration, what: `${name} on ${named(target)}: waited ${waited}, worked ${worked} ms` };
  }
}).observe({ type: 'event', durationThreshold: 16, buffered: true });

/** Protects the instance of the first row, or no longer. Answers the ms from the request to the frame that shows it. */
bench.protect = async (isOn) => {
  const headers = { 'accept': 'application/json', 'content-type': 'application/json' };
  const { csrf_token: token } = await (await fetch('/sessions/current', { headers })).json();
  const row = document.querySelector('[data-index="0"]');
  const uuid = row.querySelector('a').getAttribute('href').split('/').at(-1);
  const shown = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if ((row.querySelector('[title="Protected from deletion"]') !== null) !== isOn) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(performance.now()));
    });
    observer.observe(row, { subtree: true, childList: true });
  });
  const startedAt = performance.now();
  const body = JSON.stringify({ action: 'update', indestructible_zoneroot: isOn });
  const answer = await fetch(`/vmapi/vms/${uuid}`, { method: 'POST', headers: { ...headers, 'x-csrf-token': token }, body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await shown) - startedAt;
};

/** Paths of the scripts that this page has fetched. */
bench.scripts = () =>
  performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name).pathname)
    .filter((path) => path.endsWith('.js'));
