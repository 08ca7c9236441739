// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/**
 * Windows by rows, the more the darker.
 *
 * @param use its learner, and the ends of its windows
 * @param values by window and row
 * @param rows their names
 * @param one what a row is
 * @param meaning what a value is
 * @param most above which nothing gets darker
 */
function heatOption(use, values, rows, one, meaning, most, width) {
  const cells = [];
  use.ends.forEach((_, w) => values[w].forEach((value, row) => cells.push([w, row, value])));
  const facts = stream().facts;
  const labels = width < 560 ? rows.map(row => row.replace(/^\S+ (?=\d)/, '')) : rows; // no room for the kinds
  const gap = 32 + 6 * Math.max(0, ...labels.map(label => label.length - 2));
  const step = round(Math.max(1, use.ends[use.ends.length - 1] || 1) / (width < 560 ? 4 : 10));
  const nearest = position => use.ends.findIndex(end => end > position);
  const drifts = (facts ? facts.drifts : []).map(drift => nearest(drift.position)).filter(w => w >= 0);
  return {
    grid: {left: gap + 20, right: 18, top: 12, bottom: 96},
    xAxis: axis({type: 'category', data: use.ends.map(String), name: 'events', nameLocation: 'middle', nameGap: 28, splitLine: {show: false},
      axisLabel: {color: token('soft'), formatter: value => short(+value), hideOverlap: true, interval: i => use.ends[i] % step === 0}}),
    yAxis: axis({type: 'category', data: labels, name: one, nameLocation: 'middle', nameGap: gap, inverse: true, splitLine: {show: false}}),
    visualMap: {type: 'continuous', min: 0, max: most || 1, calculable: false, orient: 'horizontal', left: 'center', bottom: 4, itemHeight: Math.min(260, width * 0.5), itemWidth: 11,
      text: [number(most || 1, 2), '0'], textStyle: {color: token('soft')}, inRange: {color: sequential()}},
    tooltip: {trigger: 'item', ...tooltip(), formatter: hit => tip(`${one} ${rows[hit.value[1]]}, up to event ${number(use.ends[hit.value[0]])}`,
      [[use.learner, meaning + ' ' + number(hit.value[2], 3)]])},
    series: [{type: 'heatmap', name: data.learners[use.learner].name, data: cells, progressive: 0, emphasis: {itemStyle: {borderColor: token('ink'), borderWidth: 1}},
      markLine: {silent: true, symbol: 'none', animation: false, label: {show: false}, lineStyle: {color: token('mark'), width: 1.6, type: 'dashed'}, data: drifts.map(w => ({xAxis: w}))}}]
  };
}

function largest(values) {
  return Math.max(0, ...values.map(row => Math.max(0, ...row)));
}

function expertsOption(use, what, width) {
  return heatOption(use, use[what], use.names, 'expert', what === 'weight' ? 'gate weight' : 'share of events learned', largest(use[what]), width);
}

function experts() {
  if (!data.streams.some(each => each.experts.length > 0)) {
    byId('experts').hidden = true;
    return;
  }
  let what = 'weight';
  let learner = -1;
  const none = {learner: 0, names: [], ends: [], weight: [], trained: []};
  const use = () => stream().experts.find(each => each.learner === learner) || stream().experts[0] || none;
  const label = () => `${what === 'weight' ? 'Mean gate weight' : 'Share of events learned'} of the experts of ${data.learners[use().learner].name} over time on ${stream().name}`;
  const view = chart('experts-chart', 'chart-experts', 380, width => expertsOption(use(), what, width), label);
  const draw = () => {
    const there = stream().experts;
    byId('experts').hidden = there.length === 0;
    if (there.length === 0) {
      return;
    }
    const count = (use().weight[0] || []).length;
    put('experts-note', `${what === 'weight' ? 'How much the gate trusts each expert: mean weight per window, all experts sum to 1.'
      : 'How much each expert is trained: share of a window’s events it learned.'} ${data.learners[use().learner].name}, ${plural(count, 'expert')}, seed ${use().seed}.`);
    put('experts-choice', el('span', {class: 'choices'},
      there.length > 1 ? choice('Learner', there.map(each => data.learners[each.learner].name), there.indexOf(use()), i => {
        learner = there[i].learner;
        draw();
      }) : null,
      segment(['Gate weight', 'Trained share'], what === 'weight' ? 0 : 1, i => {
        what = i === 0 ? 'weight' : 'trained';
        draw();
      }, 'What the heat map shows')));
    view.height(140 + Math.max(6, count) * 21);
    view.draw();
  };
  state.views.push(changed => changed !== 'learners' && draw());
  draw();
}
