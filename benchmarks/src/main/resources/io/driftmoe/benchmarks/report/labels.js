// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

function labelsOption(width) {
  const each = stream();
  // only fixed delays have an order that a line may follow
  const along = values => values.map((value, i) => data.fixedDelays[i] ? value : null);
  const apart = values => values.map((value, i) => data.fixedDelays[i] ? null : value);
  return {
    grid: {left: 52, right: 18, top: 34, bottom: 50},
    xAxis: axis({type: 'category', data: data.settings, name: 'label delay (events)', nameLocation: 'middle', nameGap: 30,
      axisLabel: {color: token('soft'), interval: 0, width: Math.max(40, (width - 70) / data.settings.length - 6), overflow: 'break'}}),
    yAxis: axis({type: 'value', scale: true, upright: true, name: 'accuracy (%)', axisLabel: {color: token('soft'), formatter: value => number(value, value % 1 ? 1 : 0)}}),
    tooltip: {trigger: 'axis', ...tooltip(), formatter: hits => {
      const points = [].concat(hits).filter(hit => known(hit.value)).sort((a, b) => b.value - a.value);
      return points.length === 0 ? '' : tip('delay ' + points[0].name, points.map(hit => [shown().find(i => data.learners[i].name === hit.seriesName), number(hit.value, 2)]));
    }},
    series: shown().flatMap(learner => [
      line(learner, along(each.delays[learner]), {symbolSize: 8}),
      {type: 'scatter', name: data.learners[learner].name, data: apart(each.delays[learner]), symbol: styles[learner].symbol, symbolSize: 11, itemStyle: fill(learner)}
    ])
  };
}

function labels() {
  if (data.settings.length < 2) {
    byId('labels').hidden = true;
    return;
  }
  const box = el('div', {id: 'labels-box'});
  const details = el('div', {});
  put('labels-chart', box, details);
  const label = () => `Accuracy by label delay on ${stream().name}`;
  const view = chart('labels-box', 'chart-labels', 380, labelsOption, label);
  const draw = () => {
    put('labels-choice', choice('Stream', data.streams.map(each => each.name), state.stream, i => {
      state.stream = i;
      state.change('stream');
    }));
    view.draw();
    const open = details.firstChild && details.firstChild.open;
    details.replaceChildren(folded('Accuracy by delay as a table', table('Accuracy by label delay on ' + stream().name, ['Learner', ...data.settings],
      data.learners.map((_, i) => [learnerName(i), ...stream().delays[i].map(value => number(value, 2))]))));
    details.firstChild.open = Boolean(open);
  };
  state.views.push(draw);
  draw();
}
