/* The inspector: hover, focus and arrows. Without it, each zone leads to its row of the table. */
(function () {
'use strict';
const all = (sel, root = document) => [...root.querySelectorAll(sel)];
const strip = document.getElementById('strip');
if (strip) {
  const zones = all('a', strip), rows = all('#fields tbody tr'), detail = document.getElementById('detail');
  const put = (key, text) => { detail.querySelector(`[data-d=${key}]`).textContent = text; };
  const show = (i) => {
    zones.forEach((z, n) => (n === i ? z.setAttribute('aria-current', 'true') : z.removeAttribute('aria-current')));
    rows.forEach((r, n) => (n === i ? r.setAttribute('aria-current', 'true') : r.removeAttribute('aria-current')));
    for (const key of ['label', 'place', 'text', 'note']) put(key, rows[i].querySelector(`[data-c=${key}]`).textContent.trim() || detail.dataset.none);
    put('name', rows[i].dataset.name); put('raw', rows[i].dataset.raw);
    detail.className = `notice detail ${rows[i].dataset.tone || 'note'}`;
  };
  const start = Math.max(0, zones.findIndex((z) => z.classList.contains('bad')));
  zones.forEach((z, i) => {
    z.tabIndex = i === start ? 0 : -1;
    z.addEventListener('pointerenter', () => show(i));
    z.addEventListener('focus', () => { show(i); zones.forEach((o, n) => { o.tabIndex = n === i ? 0 : -1; }); });
    z.addEventListener('keydown', (event) => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: zones.length - 1 }[event.key];
      if (to !== undefined && zones[to]) { event.preventDefault(); zones[to].focus(); }
    });
  });
}
}());
