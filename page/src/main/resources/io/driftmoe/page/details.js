// SPDX-License-Identifier: GPL-3.0-or-later
import {barRow, byId, bytes, clock, el, familyColour, known, micros, name, number, percent, plural, put, seconds, table, text} from './elements.js';
import {families as familyChart} from './charts.js';
import {kindOfLetter} from './overview.js';

const KINDS = {
  REPLACE: ['replaced', 'warn'], RETIRE: ['retired', 'warn'], SLEEP: ['asleep', ''], WAKE: ['woken', 'good'],
  FAIL: ['failed', 'bad'], DRIFT: ['drift', 'bad'], START: ['started', ''], WARNING: ['warning', 'warn'],
  FREEZE: ['frozen', 'warn'], THAW: ['thawed', 'good'], SNAPSHOT: ['snapshot', ''], RESET: ['reset', 'warn'],
  BRANCH: ['branch', ''], DROP_BRANCH: ['branch dropped', 'warn'],
  PROMOTE: ['promoted', 'good'], ROLL_BACK: ['rolled back', 'warn'],
  INPUT_DRIFT: ['input drift', 'warn'], OUTPUT_DRIFT: ['output drift', 'warn']
};

export function familyCard(snapshot) {
  const model = snapshot.model;
  const all = (model?.families || []).map((family, position) => ({...family, position}));
  if (all.length === 0) {
    put('families', el('p', {class: 'lead'}, 'No prediction so far.'));
    specialistList(model?.specialists || []);
    return;
  }
  const shown = all.slice().sort((a, b) => b.weight - a.weight).slice(0, 12);
  put('families', el('div', {class: 'bars'}, shown.map(family => barRow(
    [swatch(familyColour(family.position)), name(family.name), family.asleep ? ' (asleep)' : ''],
    family.weight, familyColour(family.position), family.asleep ? 'asleep' : ''))),
    all.length > shown.length ? el('p', {class: 'lead'}, plural(all.length - shown.length, 'expert') + ' of less weight') : null);
  specialistList(model.specialists);
  if (model.series.learned.length) {
    familyChart(model, snapshot.familyNames);
    if (byId('families-details').open) {
      put('families-table', table('Mean gate weights', ['events learned', ...snapshot.familyNames],
        model.series.learned.map((learned, i) => [number(learned), ...snapshot.familyNames.map((_, e) =>
          percent(known(model.series.weights[i][e]) ? 100 * model.series.weights[i][e] : null))]).reverse()));
    }
  }
}

/** Only some families divide the stream among specialists. */
function specialistList(specialists) {
  put('specialists', specialists.length ? [
    el('h3', {}, 'Specialists and the region each serves'),
    el('ul', {class: 'regions'}, specialists.map(one => el('li', {},
      el('b', {}, name(one.expert), ', specialist ', name(one.specialist)),
      el('span', {class: 'much'}, percent(100 * one.weight)),
      el('div', {class: 'reason'}, name(one.region)))))] : null);
}

function swatch(colour) {
  const made = el('i', {class: 'swatch', 'aria-hidden': 'true'});
  made.style.background = colour;
  return made;
}

/** Shown where a model has branches, or is frozen. */
function branchList(model) {
  const branches = model?.branches || [];
  put('branches',
    model?.frozen ? el('p', {class: 'lead'}, 'The model is frozen: it predicts, and learns nothing.') : null,
    branches.length ? [el('h3', {}, 'Branches'), table('Branches of the model', ['branch', 'labels compared', 'accuracy',
      'of the model', 'better / worse', 'log evidence', 'verdict', 'time', 'size'], branches.map(branch => [
      name(branch.name), number(branch.compared), percent(branch.accuracy), percent(branch.modelAccuracy),
      number(branch.positiveFlips) + ' / ' + number(branch.negativeFlips),
      known(branch.logEvidence) ? branch.logEvidence.toFixed(2) : '–',
      branch.dropped ? el('td', {class: 'wrap'}, 'dropped: ', name(branch.dropped)) : branch.verdict.toLowerCase(),
      known(branch.cpuShare) ? branch.cpuShare.toFixed(2) + ' ×' : '–', bytes(branch.bytes)]), [], 'words')] : null);
}

export function changeCard(snapshot) {
  const model = snapshot.model;
  branchList(model);
  const counts = model?.counts || {};
  const count = kind => counts[kind] || 0;
  text('changes-lead', number(count('REPLACE') + count('RETIRE')) + ' replaced, ' + number(count('SLEEP')) + ' put to sleep, '
    + number(count('WAKE')) + ' woken, ' + number(count('FAIL')) + ' failed since this page began to read.');
  put('changes', (model?.changes || []).map(change => {
    const [word, tone] = KINDS[change.kind] || [change.kind, ''];
    return el('div', {class: 'change'},
      el('div', {class: 'head'}, el('span', {class: 'tag ' + tone}, word),
        el('b', {}, change.branch ? ['branch ', name(change.branch)] : name(change.expert ?? 'the whole mixture')), el('span', {class: 'when'}, 'event ' + number(change.learned))),
      change.reason ? el('div', {class: 'reason'}, name(change.reason)) : null);
  }));
}

let chosen = null;
let latest = [];

/** The latest predictions; the chosen one stays, whatever comes after it. */
export function predictionCard(snapshot) {
  latest = snapshot.model?.predictions || [];
  put('predictions', latest.length ? latest.map((prediction, i) => el('button', {
    type: 'button', class: 'prediction', id: 'prediction-' + i, 'aria-pressed': String(chosen?.id === prediction.id),
    onclick: () => choose(i)
  }, el('span', {class: 'id'}, name(prediction.id)), el('b', {}, name(prediction.predicted)),
  el('span', {class: 'stack', role: 'img', 'aria-label': words(prediction.probabilities)}, prediction.probabilities.map(stacked)),
  prediction.votes.length ? el('span', {class: 'tag'}, 'who said what') : null))
    : el('p', {class: 'lead'}, 'No prediction so far.'));
  why(chosen || latest[0]);
}

function words(entries) {
  return entries.filter(entry => entry.value >= 0.005).map(entry => entry.name + ' ' + percent(100 * entry.value, 0)).join(', ');
}

function stacked(entry, i) {
  const made = el('i', {title: entry.name + ' ' + percent(100 * entry.value)});
  made.style.width = 100 * entry.value + '%';
  made.style.background = familyColour(i);
  return made;
}

function choose(i) {
  chosen = latest[i]?.id === chosen?.id ? null : latest[i];
  document.querySelectorAll('.prediction').forEach((button, j) =>
    button.setAttribute('aria-pressed', String(Boolean(chosen) && i === j)));
  why(chosen || latest[0]);
}

/** Another model has other predictions. */
export function forget() {
  chosen = null;
}

function why(prediction) {
  if (!prediction) {
    put('why', el('p', {class: 'lead'}, 'No prediction so far.'));
    return;
  }
  const leads = prediction.votes[0] ? {name: prediction.votes[0].expert} : prediction.weights[0];
  put('why',
    el('p', {class: 'lead'}, 'Event ', name(prediction.id), ' was taken for ', name(prediction.predicted),
      leads ? [', mostly on the word of ', name(leads.name), '.'] : '.'),
    el('h3', {}, 'How probable each class was'),
    el('div', {class: 'bars'}, prediction.probabilities.map((entry, i) => barRow(name(entry.name), entry.value, familyColour(i)))),
    prediction.votes.length ? whoSaidWhat(prediction.votes) : [el('h3', {}, 'How each family was weighed'),
      el('div', {class: 'bars'}, prediction.weights.map(entry => barRow(name(entry.name), entry.value)))],
    el('p', {class: 'facts'}, el('span', {}, number(prediction.learned) + ' events learned before'),
      el('span', {}, 'took ' + micros(prediction.latencyMicros)),
      prediction.votes.length ? null : el('span', {}, 'What each expert said is reported for some predictions only.')));
}

function whoSaidWhat(votes) {
  return [el('h3', {}, 'Who said what, and how much it counted'),
    el('div', {class: 'bars', id: 'votes'}, votes.map(vote => barRow(
      [name(vote.expert), ': ', name(vote.says), ' (' + percent(100 * vote.probability, 0) + ')'], vote.weight)))];
}

export function letterCard(snapshot) {
  const {counts, latest: letters} = snapshot.deadLetters;
  const kinds = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  text('letters-lead', kinds.length ? 'Dead letters since this page began to read, with the reason the job gave.'
    : 'Every record was used so far: no dead letters.');
  const losses = Object.entries(snapshot.model?.losses || {});
  put('letters',
    kinds.length ? el('div', {class: 'counts'}, kinds.map(([kind, count]) => el('span', {class: 'tag bad'}, kindOfLetter(kind) + ': ' + number(count)))) : null,
    letters.length ? table('Latest dead letters', ['kind', 'reason', 'from', 'time'], letters.map(letter => [
      kindOfLetter(letter.kind), el('td', {class: 'wrap'}, name(letter.reason)),
      [name(letter.topic), ' ' + letter.partition + '/' + letter.offset], clock(letter.time)]), [], 'words') : null,
    losses.length ? el('p', {class: 'facts'}, 'Losses of this model by cause: ',
      losses.map(([cause, count]) => el('span', {}, name(cause), ' ' + number(count)))) : null);
}

export function modelCard(snapshot, show) {
  const many = snapshot.models.length > 1;
  byId('search').hidden = !many;
  text('models-lead', many
    ? (snapshot.crowded ? 'The ' + number(snapshot.models.length) + ' that do worst, of more than ' + number(snapshot.keys)
      : plural(snapshot.keys, 'model') + (snapshot.keys > snapshot.models.length ? '; the ' + number(snapshot.models.length) + ' that do worst' : ''))
      + '. The lowest kappa-M comes first; choose one to see it above.'
    : 'One model so far.');
  put('models-table', table('Models, the worst first',
    ['model key', 'kappa-M', 'accuracy', 'events', 'events/s', 'waiting', 'label delay', 'drifts', 'bytes', 'silent for'],
    snapshot.models.map((model, i) => [
      el('button', {type: 'button', class: 'pick', id: 'model-' + i, 'data-key': model.key, onclick: show}, name(model.key)),
      number(model.kappaM, 1), percent(model.accuracy), number(model.events), number(model.eventsPerSecond), number(model.waiting),
      model.waiting === 0 ? 'none' : seconds(model.labelDelaySeconds), number(model.drifts), bytes(model.bytes),
      model.ended ? 'ended' : model.quietSeconds < 10 ? '–' : seconds(model.quietSeconds)]),
    snapshot.models.map(model => model.key === snapshot.model?.key ? 'chosen' : null)));
}
