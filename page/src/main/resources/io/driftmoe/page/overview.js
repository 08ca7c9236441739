// SPDX-License-Identifier: GPL-3.0-or-later
import {byId, bytes, clock, el, known, micros, number, percent, plural, put, seconds, table, text} from './elements.js';
import {course, expectedWords} from './charts.js';

let announced = '';

/** What is going on, in one sentence, and who needs to look. */
export function headline(snapshot) {
  const model = snapshot.model;
  if (!model || !model.reported) {
    return {line: 'Waiting for the job’s first report', tone: ''};
  }
  if (model.ended) {
    return {line: 'The stream has ended at ' + percent(model.overall) + ' accuracy over all events', tone: ''};
  }
  const story = model.stories.at(-1);
  if (story && !story.over && story.fell) {
    return {line: 'The concept has drifted: accuracy fell from ' + percent(story.before) + ' to ' + percent(story.lowest), tone: 'bad'};
  }
  if (story && !story.over) {
    return {line: known(story.alarm) ? 'Alarm: the concept seems to drift' : 'A drift was planted; accuracy has not fallen so far', tone: 'warn'};
  }
  if (story && known(story.back) && model.labels - story.back < 5 * model.windowSize) {
    return {line: 'Recovered: accuracy is back at ' + percent(story.backAt), tone: 'good'};
  }
  return {line: known(model.accuracy) ? 'Learning at ' + percent(model.accuracy) + ' accuracy' : 'Predicting; no labels yet', tone: ''};
}

export function overview(snapshot) {
  const model = snapshot.model;
  const {line, tone} = headline(snapshot);
  text('job', snapshot.job);
  text('headline', line);
  document.title = (tone === 'bad' ? '▼ ' : '') + 'DriftMoE: ' + snapshot.job;
  const story = model?.stories?.at(-1);
  text('scope', story ? story.text : model?.reported
    ? 'No drift so far in ' + plural(model.labels, 'labelled event') + '.' : 'The page fills as soon as the job writes to its topics.');
  // to a screen reader only what has changed in kind, not every number
  const state = line.replace(/[\d.,]+ %/g, '') + (story ? ' ' + story.start : '');
  if (state !== announced) {
    announced = state;
    text('announce', line);
  }
  byId('trouble').hidden = !snapshot.trouble;
  text('trouble', snapshot.trouble);
  text('outage', snapshot.outage);
  put('tiles', tiles(snapshot));
  text('foot', foot(snapshot));
}

function tile(what, value, more, tone = '') {
  return el('div', {class: 'tile ' + tone}, el('dt', {}, what), el('dd', {class: 'value'}, value), el('dd', {class: 'more'}, more));
}

function tiles(snapshot) {
  const model = snapshot.model || {};
  const letters = Object.values(snapshot.deadLetters.counts).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(snapshot.deadLetters.counts).sort((a, b) => b[1] - a[1]).map(([kind]) => kindOfLetter(kind));
  const tone = headline(snapshot).tone;
  return [
    tile('Accuracy in the window', percent(model.accuracy), percent(model.overall) + ' over all events', tone === 'warn' ? '' : tone),
    tile('Kappa-M in the window', number(model.kappaM, 1), 'last ' + number(model.windowSize) + ' labels'),
    tile('Throughput', known(snapshot.eventsPerSecond) ? number(snapshot.eventsPerSecond) + '/s' : '–', number(model.events) + ' events of this model'),
    tile('Label delay', model.waiting === 0 ? 'none' : seconds(model.labelDelaySeconds), number(model.waiting) + ' predictions wait'
      + (known(model.expected) ? '; ' + expectedWords(model.expected, model.expectedError) + ' expected to be right' : '')),
    tile('Dead letters', number(letters), letters ? kinds[0] + (kinds.length > 1 ? ' and others' : '') : 'all records were used', letters ? 'bad' : ''),
    tile('Model', bytes(model.bytes), 'a prediction takes ' + micros(model.latencyMicros))
  ];
}

const LETTERS = {
  UNDECODABLE: 'no known record', INVALID: 'does not fit the stream', DUPLICATE: 'event seen before',
  ORPHAN_LABEL: 'label without event', EXPIRED_PREDICTION: 'event without label', FAILED: 'failed in the job', REFUSED: 'no room for the model'
};

export function kindOfLetter(kind) {
  return LETTERS[kind] || kind;
}

function foot(snapshot) {
  const parts = ['Read from the job’s topics, uncommitted records included, so that what happens is seen at once.'];
  if (snapshot.skipped) {
    parts.push(plural(snapshot.skipped, 'record') + ' passed over, because more came than a page can show; counts of this page are lower by them.');
  }
  if (snapshot.unreadable) {
    parts.push(plural(snapshot.unreadable, 'record') + ' could not be read.');
  }
  if (snapshot.model?.wentBack) {
    parts.push('The job has gone on from an earlier state ' + plural(snapshot.model.wentBack, 'time') + '.');
  }
  return parts.join(' ');
}

/** The course of the chosen model with its drifts. */
export function courseCard(snapshot) {
  const model = snapshot.model;
  const series = model?.series;
  text('course-lead', model?.reported
    ? 'Over the last ' + number(model.windowSize) + ' labels, by events learned.' : 'The first point comes with the first report on the metrics topic.');
  if (!series || series.learned.length === 0) {
    return;
  }
  course(model, snapshot.planted);
  const expects = series.expected.some(known);
  byId('legend-expected').hidden = !expects;
  byId('legend-switch').hidden = model.switches.length === 0;
  put('stories', model.stories.slice().reverse().map(story => el('li', {},
    el('span', {class: 'tag ' + tone(story)}, state(story)), el('span', {}, story.text))));
  if (byId('course-details').open) {
    put('course-table', table('Accuracy in the window',
      ['events learned', 'time', 'accuracy', 'kappa-M', 'replaced', ...(expects ? ['expected of what waits'] : [])],
      series.learned.map((learned, i) => [number(learned), clock(series.times[i]), percent(series.accuracy[i]),
        number(series.kappaM[i], 1), number(series.replaced[i]),
        ...(expects ? [expectedWords(series.expected[i], series.expectedError[i])] : [])]).reverse()));
  }
}

function state(story) {
  if (known(story.back)) {
    return 'recovered';
  }
  return story.over ? story.fell ? 'not back' : 'no fall' : story.fell ? 'fallen' : 'begun';
}

function tone(story) {
  if (known(story.back)) {
    return 'good';
  }
  return story.fell ? 'bad' : story.over ? '' : 'warn';
}
