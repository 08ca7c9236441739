// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/** Event time is no zone's: shown in UTC. */
function moment(millis) {
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? number(millis) : date.toISOString().replace('T', ' ').replace(/\.?0*Z$/, ' UTC');
}

/** Lines of some learners over the windows; 100 times a count in the share of its labels. */
function overTime(learners, counts, unit) {
  const shares = data.windows.map(window => window[counts].map(count => 100 * count / window.labels));
  return () => ({
    grid: {left: 56, right: 22, top: 34, bottom: 40},
    useUTC: true,
    xAxis: axis({type: 'time', splitLine: {show: false}}),
    yAxis: axis({type: 'value', scale: true, upright: true, name: unit, nameGap: 12,
      axisLabel: {color: token('soft'), formatter: value => number(value, value % 1 ? 1 : 0)}}),
    tooltip: {trigger: 'axis', ...tooltip(), formatter: hits => {
      const points = [].concat(hits);
      return points.length === 0 ? '' : tip('from ' + moment(points[0].value[0]),
        points.map(hit => [hit.data.learner, number(hit.value[1], 2) + ' %']));
    }},
    series: learners.map(learner => line(learner,
      data.windows.map((window, w) => ({value: [window.from, shares[w][learner]], learner})),
      {showSymbol: data.windows.length < 2}))
  });
}

function legend(learners) {
  return el('p', {class: 'note'}, learners.map(learner => el('span', {style: 'margin-right:1.2rem'}, learnerName(learner))));
}

/** In the order of the data: the configured learner comes first. */
function scores() {
  const first = data.learners[0];
  put('scores', table('Scores, time and memory',
    ['Learner', 'labels', 'accuracy', 'beside configured', 'negative flips', 'positive flips', 'CPU s', 'labels per CPU s', 'model size'],
    data.learners.map((learner, i) => [learnerName(i), number(learner.labels), number(learner.accuracy, 3) + ' %',
      i === 0 ? '–' : (learner.accuracy > first.accuracy ? '+' : '') + number(learner.accuracy - first.accuracy, 3),
      number(learner.negativeFlips), number(learner.positiveFlips), number(learner.cpuSeconds, 1),
      learner.cpuSeconds > 0 ? number(learner.labels / learner.cpuSeconds) : '–', bytes(learner.modelBytes)])));
  put('windows', folded('The curves as a table', table('Accuracy and negative flips by window',
    ['From', 'labels', ...data.learners.flatMap((learner, i) => i === 0 ? [learner.name] : [learner.name, learner.name + ', negative flips'])],
    data.windows.map(window => [moment(window.from), number(window.labels), ...data.learners.flatMap((_, i) => {
      const accuracy = number(100 * window.right[i] / window.labels, 2) + ' %';
      return i === 0 ? [accuracy] : [accuracy, number(window.negativeFlips[i])];
    })]))));
}

(() => {
  const all = data.learners.map((_, i) => i);
  const best = all.slice().sort((a, b) => data.learners[b].accuracy - data.learners[a].accuracy || a - b)[0];
  const none = data.windows.length === 0;
  put('headline', none ? 'No label was scored'
    : best === 0 ? 'No variant is more accurate than what is configured'
      : `${data.learners[best].name} is more accurate: ${number(data.learners[best].accuracy, 2)} % beside ${number(data.learners[0].accuracy, 2)} %`);
  put('scope', data.scope);
  put('accuracy-lead', `By event time, in ${plural(data.windows.length, 'window')} of equal length, as far as there were labels.`);
  const says = (counts, learners) => () => learners.map(i => {
    const count = data.windows.reduce((sum, window) => sum + window[counts][i], 0);
    return data.learners[i].name + ' ' + number(100 * count / Math.max(1, data.learners[i].labels), 2) + ' % of all labels';
  }).join(', ') + '. The table below has the figures.';
  const variants = all.slice(1);
  const views = none ? [] : [
    chart('accuracy-chart', 'accuracy', 380, overTime(all, 'right', 'accuracy (%)'), says('right', all)),
    chart('flips-chart', 'flips', 280, overTime(variants, 'negativeFlips', 'negative flips (%)'), says('negativeFlips', variants))
  ];
  const rest = () => {
    byId('accuracy-chart').querySelectorAll('.note').forEach(old => old.remove());
    byId('accuracy-chart').append(legend(all));
    scores();
  };
  rest();
  darkness.addEventListener('change', () => {
    views.forEach(view => view.draw());
    rest();
  });
})();
