// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

function detectionTable(rows) {
  return table('Drift detection', ['Learner', el('th', {class: 'left', scope: 'col'}, 'Detector'), 'Drifts', 'Detected', 'Missed', 'False alarms', 'Mean delay (events)', 'Mean time between false alarms (events)', 'Detected within 1,000 events', 'Quiet events'],
    rows.map(row => [learnerName(data.learners.findIndex(each => each.name === row.learner)), el('td', {class: 'left'}, row.detector), number(row.drifts),
      number(row.detected), el('td', {class: row.missed > 0 ? 'bad' : null}, number(row.missed)), number(row.falseAlarms), number(row.meanDelay), number(row.meanTimeBetweenFalseAlarms), number(row.prompt), number(row.quietEvents)]));
}

function details() {
  byId('detection').hidden = data.detections.length === 0;
  put('detection-table', data.detections.length > 0 && detectionTable(data.detections));

  byId('published').hidden = data.published.length === 0;
  put('published-lead', `Mean accuracy here beside that of ${data.publishedSource}, in per cent.`);
  put('published-table', table('Published accuracies', ['Stream', el('th', {class: 'left', scope: 'col'}, 'Learner'), 'Seeds', 'Here', 'Published', 'Difference', 'Tolerance', 'Within'],
    data.published.map(row => [row.stream, el('td', {class: 'left'}, row.learner), number(row.seeds), number(row.accuracy, 2), number(row.published, 2),
      (row.difference > 0 ? '+' : '') + number(row.difference, 2), number(row.tolerance, 1), el('td', {class: row.within ? 'good' : 'bad'}, row.within ? 'yes' : 'no')])));

  byId('failures').hidden = data.failures.length === 0;
  put('failures-table', table('Failures', ['Learner', el('th', {class: 'left', scope: 'col'}, 'Stream'), 'Seed', el('th', {class: 'left', scope: 'col'}, 'Setting'), el('th', {class: 'left', scope: 'col'}, 'Why')],
    data.failures.map(row => [nameText(row.learner), el('td', {class: 'left'}, nameText(row.stream)), String(row.seed), el('td', {class: 'left'}, row.setting), el('td', {class: 'wrap'}, row.reason)])));

  const facts = [['Commit', data.provenance.commits], ['JVM', data.provenance.jvms], ['Processor', data.provenance.processors], ['Cells started', data.provenance.started], ['Seeds', data.seeds.map(String)]];
  put('provenance-facts', el('pre', {}, data.command),
    el('dl', {}, facts.flatMap(([term, values]) => [el('dt', {}, term), el('dd', {}, (values || []).join(term === 'Cells started' ? ' to ' : ', '))])));
  put('streams-table', table('Streams', ['Stream', 'Events', 'Attributes', 'Classes', 'Drifts', el('th', {class: 'left', scope: 'col'}, 'Description'), el('th', {class: 'left', scope: 'col'}, 'SHA-256 of the events')],
    data.streams.map(each => each.facts
      ? [nameText(each.name), number(each.facts.events), number(each.facts.attributes), number(each.facts.classes.length),
        each.facts.drifts.length === 0 ? 'none' : number(each.facts.drifts.length), el('td', {class: 'wrap'}, each.description),
        el('td', {class: 'left mono'}, Object.entries(each.hashes).map(([seed, hash], i) => el('div', {title: 'seed ' + seed}, hash.slice(0, 16) + '…')))]
      : [nameText(each.name), '–', '–', '–', '–', el('td', {class: 'wrap'}, 'no run finished'), '–'])));
  put('learners-table', table('Learners', ['Learner', el('th', {class: 'left', scope: 'col'}, 'Configuration (first seed)')],
    data.configurations.map(each => [learnerName(data.learners.findIndex(learner => learner.name === each.learner)), el('td', {class: 'wrap mono'}, each.configuration)])));
}
