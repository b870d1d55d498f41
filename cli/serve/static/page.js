/* Every page works without this file, but for dropping folders, the search as you type and the detail on hover. */
'use strict';
const all = (sel, root = document) => [...root.querySelectorAll(sel)];
const policy = globalThis.trustedTypes?.createPolicy('noemie', { createHTML: (text) => text });
const parsed = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, 'text/html');

for (const button of all('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
for (const box of all('[data-send]')) box.addEventListener('change', () => box.form.requestSubmit());
for (const button of all('[data-sends]')) button.hidden = true;

/* a folder as its files */
const walk = async (entry, found) => {
  if (entry.isFile) {
    found.push(await new Promise((done, failed) => entry.file(done, failed)));
  } else if (entry.isDirectory) {
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      for (const one of some) await walk(one, found);
    }
  }
};
const filesOf = async (transfer) => {
  const found = [];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  for (const entry of entries) await walk(entry, found);
  return found;
};

const follow = async (number, say) => {
  const source = new EventSource(`/api/jobs/${number}/events`);
  let lost = 0; /* a connection that breaks is made again by the browser, and told where the job stands */
  return new Promise((done, failed) => {
    source.onmessage = (event) => {
      const job = JSON.parse(event.data);
      lost = 0;
      say(job);
      if (job.etat === 'fini' || job.etat === 'refuse') { source.close(); done(job); }
    };
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED && ++lost < 3) return;
      source.close();
      failed(new Error('stopped'));
    };
  });
};

const BATCH = 400;
for (const drop of all('form.drop')) {
  const input = drop.querySelector('input[type=file]'), status = drop.querySelector('[role=status]');
  const tell = (text, wrong = false) => {
    if (!status) return;
    status.hidden = false; status.textContent = text; status.classList.toggle('wrong', wrong);
  };
  const words = drop.dataset;
  const send = async (files) => {
    if (!files.length) return;
    if (drop.dataset.follow === undefined) {
      const list = new DataTransfer();
      for (const one of files.slice(0, 50)) list.items.add(one);
      input.files = list.files;
      drop.requestSubmit();
      return;
    }
    try {
      let trouble = '', lost = [], sent = 0;
      const jobs = [], read = [];
      const progress = () => tell(sent < files.length
        ? `${words.sending} ${sent} / ${files.length}`
        : `${words.reading} ${read.reduce((sum, one) => sum + one, 0)} / ${files.length}`);
      /* the next part is sent while one is read */
      for (let start = 0; start < files.length; start += BATCH) {
        const form = new FormData();
        for (const one of files.slice(start, start + BATCH)) form.append('fichiers', one, one.name);
        progress();
        const answer = await fetch(drop.action, { method: 'POST', body: form, headers: { accept: 'application/json' } });
        if (!answer.ok) throw new Error(answer.status === 413 ? words.large : words.failed);
        const rank = jobs.length;
        sent = Math.min(start + BATCH, files.length);
        jobs.push((await answer.json()).id);
        read[rank] = 0;
      }
      for (const [rank, id] of jobs.entries()) {
        const job = await follow(id, (one) => { read[rank] = one.lus; progress(); });
        trouble = trouble || job.erreur;
        lost = lost.concat(job.resultat?.illisibles ?? []);
      }
      if (trouble) throw new Error(trouble);
      if (lost.length) {
        tell(`${lost.length === 1 ? words.one : `${lost.length} ${words.several}`} ${lost.slice(0, 3).map((one) => `${one.fichier} : ${one.message}`).join(' ; ')}. ${lost.length === 1 ? lost[0].conseil : ''}`, true);
        drop.querySelector('[data-again]').hidden = false;
        return;
      }
      location.assign('/?dit=lu');
    } catch (error) { tell(error.message === 'stopped' || error instanceof TypeError ? words.failed : error.message, true); }
  };
  for (const name of ['dragover', 'dragleave', 'drop']) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.toggle('over', name === 'dragover'); });
  }
  drop.addEventListener('drop', async (event) => send(await filesOf(event.dataTransfer)));
  input?.addEventListener('change', () => send([...input.files]));
}

/* a reading under way: the page comes again once it is done */
const reading = document.getElementById('reading');
if (reading) {
  const count = reading.querySelector('[data-count]');
  follow(reading.dataset.job, (job) => { count.textContent = `${job.lus} / ${job.total}`; }).then(() => location.reload(), () => {});
}

/* search as you type: the same form, its answer put in the page */
const ask = document.getElementById('ask');
if (ask) {
  let timer = 0, turn = 0;
  const answers = document.getElementById('answers');
  const search = async () => {
    const mine = ++turn;
    const answer = await fetch(ask.action, { method: 'POST', body: new URLSearchParams(new FormData(ask)) });
    if (!answer.ok || mine !== turn) return;
    const page = parsed(await answer.text());
    answers.replaceChildren(...page.getElementById('answers').childNodes);
  };
  ask.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(search, 180); });
}

/* filters of what is on the page */
for (const form of all('form[data-filter]')) {
  const boxes = all('input[type=checkbox]', form);
  form.hidden = false;
  form.addEventListener('change', () => {
    const kept = boxes.filter((box) => box.checked).map((box) => box.value);
    for (const card of all('[data-severity]')) card.hidden = !kept.includes(card.dataset.severity);
    for (const group of all('section.group')) group.hidden = !group.querySelector('[data-severity]:not([hidden])');
  });
}
