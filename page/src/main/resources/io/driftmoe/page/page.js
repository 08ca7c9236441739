// SPDX-License-Identifier: GPL-3.0-or-later
import {byId, el, text} from './elements.js';
import {courseCard, overview} from './overview.js';
import {redraw} from './charts.js';
import {changeCard, familyCard, forget, letterCard, modelCard, predictionCard} from './details.js';

let key = new URLSearchParams(location.search).get('key');
let source = null;
let snapshot = null;
let paused = false;

function render() {
  if (!snapshot) {
    return;
  }
  overview(snapshot);
  courseCard(snapshot);
  familyCard(snapshot);
  changeCard(snapshot);
  predictionCard(snapshot);
  letterCard(snapshot);
  modelCard(snapshot, event => show(event.currentTarget.dataset.key));
  document.body.dataset.version = snapshot.version;
}

function connection(state, words) {
  byId('connection').className = 'pill ' + state;
  text('connection', words);
}

function connect() {
  source?.close();
  source = new EventSource('events' + (key ? '?key=' + encodeURIComponent(key) : ''));
  source.onopen = () => connection('live', 'live');
  source.onerror = () => connection('lost', 'no connection; this is the last state');
  source.onmessage = message => {
    const next = JSON.parse(message.data);
    if (!paused) {
      snapshot = next;
      render();
    }
  };
}

/** Another model in detail; its address can be kept. */
function show(chosen) {
  key = chosen || null;
  history.replaceState(null, '', key ? '?key=' + encodeURIComponent(key) : location.pathname);
  forget();
  connect();
  byId('headline').scrollIntoView({block: 'nearest'});
}

byId('pause').addEventListener('click', event => {
  paused = !paused;
  event.currentTarget.setAttribute('aria-pressed', String(paused));
});
byId('search').addEventListener('submit', event => {
  event.preventDefault();
  show(byId('search-key').value.trim());
});
for (const id of ['course-details', 'families-details']) {
  byId(id).addEventListener('toggle', render);
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  redraw();
  render();
});
/** Buttons for what this page can do beside showing; most can do nothing. */
async function offer() {
  const {actions, token} = await (await fetch('actions')).json();
  byId('actions').hidden = actions.length === 0;
  const result = el('span', {id: 'action-result', role: 'status'});
  byId('actions').replaceChildren(...actions.map(action => el('div', {class: 'action'},
    el('button', {
      type: 'button', 'aria-describedby': 'about-' + action.name, onclick: async () => {
        try {
          const answer = await fetch('actions/' + action.name, {method: 'POST', headers: {'X-Page-Token': token}});
          result.textContent = await answer.text();
        } catch {
          result.textContent = 'The page has no connection.';
        }
      }
    }, action.label),
    el('span', {id: 'about-' + action.name}, action.explanation)
  )), result);
}

addEventListener('pagehide', () => source?.close());
connect();
offer();
