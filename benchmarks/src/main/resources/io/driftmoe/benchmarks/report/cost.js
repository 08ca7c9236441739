// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

const SPEED = data.measures.findIndex(each => each.title === 'Events per CPU second');
const COST_HEIGHT = 420;

/** Whether a mean over streams would be one over others than everybody else's. */
function lacksStreams(learner) {
  return data.costs[learner].streams < data.streams.filter(each => each.facts).length;
}

/** Where the learners stand, on one stream or, with -1, over all. */
function costPoints(chosen) {
  return shown().filter(learner => chosen >= 0 || !lacksStreams(learner)).map(learner => {
    if (chosen < 0) {
      const cost = data.costs[learner];
      return {learner, speed: cost.speed, accuracy: cost.accuracy};
    }
    const means = data.streams[chosen].cells[learner].means;
    return {learner, speed: means[SPEED], accuracy: means[0]};
  }).filter(point => known(point.speed) && point.speed > 0 && known(point.accuracy));
}

function frontier(points) {
  let best = -Infinity;
  return [...points].sort((a, b) => b.speed - a.speed || b.accuracy - a.accuracy)
    .filter(point => {
      const leads = point.accuracy > best;
      best = Math.max(best, point.accuracy);
      return leads;
    }).map(point => [point.speed, point.accuracy]);
}

function costScale(points) {
  const speeds = points.map(point => point.speed);
  const accuracies = points.map(point => point.accuracy);
  const step = round(Math.max(1, (Math.max(...accuracies) - Math.min(...accuracies)) / 6));
  const tight = [Math.min(...speeds) / 1.8, Math.max(...speeds) * 1.8];
  const [low, high] = [10 ** Math.floor(Math.log10(tight[0])), 10 ** Math.ceil(Math.log10(tight[1]))];
  return {
    // the axis has labels at powers of ten only, and two of them make a scale
    x: points.length === 0 ? [1, 10] : Math.log10(high / low) > 2.5 ? tight : [low, high],
    y: points.length === 0 ? [0, 100] : [Math.floor((Math.min(...accuracies) - step / 2) / step) * step, Math.min(100, Math.ceil((Math.max(...accuracies) + step / 2) / step) * step)],
    step
  };
}

function powerOfTen(value) {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
}

/** A place beside each point where its name covers no other point or name, as far as there is one. */
function labelPlaces(points, scale, grid, width) {
  const plotWidth = width - grid.left - grid.right;
  const plotHeight = COST_HEIGHT - grid.top - grid.bottom;
  const [low, high] = scale.x.map(Math.log);
  const at = points.map(point => ({
    x: grid.left + plotWidth * (Math.log(point.speed) - low) / (high - low),
    y: grid.top + plotHeight * (scale.y[1] - point.accuracy) / (scale.y[1] - scale.y[0])
  }));
  const taken = at.map(({x, y}) => [x - 9, y - 9, x + 9, y + 9]);
  const overlap = (a, b) => Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  return at.map(({x, y}, i) => {
    const length = Math.min(190, 7.2 * data.learners[points[i].learner].name.length);
    const boxes = {
      right: [x + 11, y - 8, x + 11 + length, y + 8], left: [x - 11 - length, y - 8, x - 11, y + 8],
      top: [x - length / 2, y - 28, x + length / 2, y - 11], bottom: [x - length / 2, y + 11, x + length / 2, y + 28]
    };
    const badness = box => taken.reduce((sum, other) => sum + overlap(box, other), 0)
      + 40 * (Math.max(0, 4 - box[0]) + Math.max(0, box[2] - width + 4) + Math.max(0, 4 - box[1]));
    const place = Object.keys(boxes).reduce((best, side) => badness(boxes[side]) < badness(boxes[best]) - 1 ? side : best);
    taken.push(boxes[place]);
    return place;
  });
}

function costOption(chosen, width) {
  const points = costPoints(chosen);
  const scale = costScale(points);
  const grid = {left: 50, right: width < 560 ? 20 : 60, top: 36, bottom: 50};
  const places = labelPlaces(points, scale, grid, width);
  return {
    grid,
    xAxis: axis({type: 'log', name: 'events per CPU second', nameLocation: 'middle', nameGap: 30, min: scale.x[0], max: scale.x[1],
      axisLabel: {color: token('soft'), formatter: short, hideOverlap: true, showMinLabel: powerOfTen(scale.x[0]), showMaxLabel: powerOfTen(scale.x[1])}}),
    yAxis: axis({type: 'value', name: 'accuracy (%)', upright: true, min: scale.y[0], max: scale.y[1], interval: scale.step}),
    tooltip: {trigger: 'item', ...tooltip(), formatter: hit => hit.seriesType === 'scatter'
      ? tip(data.learners[hit.data.learner].name, [[hit.data.learner, number(hit.value[1], 2) + ' %'], [hit.data.learner, number(hit.value[0]) + ' events/s']])
      : ''},
    series: [
      {type: 'line', name: 'frontier', data: frontier(points.filter(point => !data.learners[point.learner].oracle)), showSymbol: false, silent: true, z: 1,
        lineStyle: {type: 'dotted', width: 2, color: token('soft')}},
      {type: 'scatter', name: 'learners', z: 3, data: points.map((point, i) => ({
          value: [point.speed, point.accuracy], learner: point.learner, symbol: styles[point.learner].symbol,
          symbolSize: data.learners[point.learner].own ? 17 : 13,
          itemStyle: fill(point.learner),
          label: {show: true, position: places[i], distance: 6, color: token('ink'), fontSize: 12.5, opacity: 1,
            fontWeight: data.learners[point.learner].own ? 'bold' : 'normal', width: 190, overflow: 'truncate',
            textBorderColor: token('card'), textBorderWidth: 3, formatter: () => data.learners[point.learner].name}
      }))}
    ]
  };
}

function cost() {
  let chosen = -1;
  const lacking = data.learners.filter((_, i) => lacksStreams(i)).map(learner => learner.name);
  const note = () => put('cost-note', chosen < 0 && lacking.length > 0 ? 'Without a mean, as they did not finish on every stream: ' + lacking.join(', ') + '.' : '');
  note();
  const label = () => 'Accuracy against events per CPU second: ' + costPoints(chosen)
    .map(point => `${data.learners[point.learner].name} ${number(point.accuracy, 1)} % at ${short(point.speed)}`).join(', ');
  const view = chart('cost-chart', 'chart-cost', COST_HEIGHT, width => costOption(chosen, width), label);
  put('cost-choice', choice('Stream', ['all: means', ...data.streams.map(each => each.name)], 0, i => {
    chosen = i - 1;
    note();
    view.draw();
  }));
  state.views.push(what => what !== 'stream' && view.draw());
  const ran = data.streams.length;
  put('cost-table', folded('Costs as a table', table('Costs', ['Learner', 'Mean accuracy (%)', 'Events per CPU second', 'Model', 'Allocated per event', 'CPU seconds', 'Specialists asked per event', 'Streams'],
    data.costs.map((each, i) => [learnerName(i), number(each.accuracy, 2), number(each.speed), bytes(each.modelBytes),
      bytes(each.allocation), number(each.cpuSeconds, 1), number(each.specialists, 2), `${each.streams} of ${ran}`]))));
}
