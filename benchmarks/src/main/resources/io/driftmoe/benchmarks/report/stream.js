// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/** A change narrower than this share of the stream is a line, else an area. */
const ABRUPT = 0.005;

function plantedDrifts(each, top) {
  if (!each.facts) {
    return {};
  }
  const sudden = each.facts.drifts.filter(drift => drift.width < ABRUPT * each.facts.events);
  const slow = each.facts.drifts.filter(drift => drift.width >= ABRUPT * each.facts.events);
  const start = drift => Math.max(0, drift.position - drift.width / 2);
  const label = {show: top, color: token('soft'), fontSize: 11, position: 'end', formatter: 'drift'};
  return {
    markLine: {silent: true, symbol: 'none', animation: false, label,
      lineStyle: {color: token('soft'), width: 1.3, type: 'dashed'}, data: sudden.map(drift => ({xAxis: drift.position}))},
    markArea: {silent: true, animation: false, itemStyle: {color: token('soft'), opacity: 0.13},
      label: {show: top, color: token('soft'), fontSize: 11, position: 'top', formatter: 'gradual drift'},
      data: slow.map(drift => [{xAxis: start(drift)}, {xAxis: start(drift) + drift.width}])}
  };
}

function alarmed(each) {
  return shown().filter(learner => each.cells[learner].alarms.length > 0);
}

function timeHeight(each) {
  const rows = alarmed(each).length;
  return 410 + (rows > 0 ? 34 + rows * 16 : 0);
}

function timeOption(what, width) {
  const each = stream();
  const alarms = alarmed(each);
  const strip = alarms.length > 0 ? 34 + alarms.length * 16 : 0;
  const end = each.facts ? each.facts.events : 1;
  const left = 52;
  const carrier = {type: 'line', data: [], silent: true, symbol: 'none', lineStyle: {opacity: 0}};
  const xAxis = more => axis({type: 'value', min: 0, max: end, splitLine: {show: false}, axisLabel: {color: token('soft'), formatter: short, hideOverlap: true}, ...more});
  return {
    grid: [
      {left, right: 18, top: 34, bottom: 48 + strip},
      ...(strip ? [{left, right: 18, bottom: 46, height: alarms.length * 16}] : [])
    ],
    xAxis: [
      xAxis({gridIndex: 0, ...(strip ? {} : {name: 'events', nameLocation: 'middle', nameGap: 28})}),
      ...(strip ? [xAxis({gridIndex: 1, axisLabel: {show: false}, name: 'drift alarms that the learners raised (events)', nameLocation: 'middle', nameGap: 14})] : [])
    ],
    yAxis: [
      axis({type: 'value', gridIndex: 0, scale: true, upright: true, name: what === 'accuracy' ? 'accuracy (%)' : 'kappa-M (%)', nameGap: 12,
        axisLabel: {color: token('soft'), formatter: value => number(value, value % 1 ? 1 : 0)}}),
      ...(strip ? [axis({type: 'category', gridIndex: 1, data: alarms.map(String), axisLabel: {show: false}, splitLine: {show: false}, inverse: true})] : [])
    ],
    dataZoom: [{type: 'inside', xAxisIndex: strip ? [0, 1] : [0], filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, preventDefaultMouseMove: false}],
    tooltip: {trigger: 'axis', ...tooltip(), axisPointer: {type: 'line', lineStyle: {color: token('soft')}}, formatter: hits => {
      const list = [].concat(hits);
      const points = list.filter(hit => hit.seriesType === 'line' && known(hit.value[1]));
      const raised = list.filter(hit => hit.seriesType === 'scatter').slice(0, 6);
      if (points.length === 0 && raised.length === 0) {
        return '';
      }
      points.sort((a, b) => b.value[1] - a.value[1]);
      const title = points.length > 0 ? `up to event ${number(points[0].value[0])}` : 'own alarm';
      return tip(title, [
        ...points.map(hit => [hit.data.learner, number(hit.value[1], 2)]),
        ...raised.map(hit => [hit.data.learner, `at ${number(hit.value[0])}, seed ${hit.data.seed}`])]);
    }},
    series: [
      {...carrier, name: 'planted drifts', ...plantedDrifts(each, true)},
      ...shown().map(learner => {
        const cell = each.cells[learner];
        return line(learner, cell.ends.map((at, i) => ({value: [at, cell[what][i]], learner})), {showSymbol: cell.ends.length < 2, xAxisIndex: 0, yAxisIndex: 0});
      }),
      ...(strip ? [{...carrier, name: 'planted drifts below', xAxisIndex: 1, yAxisIndex: 1, ...plantedDrifts(each, false)}] : []),
      ...(strip ? alarms.map((learner, row) => ({
        type: 'scatter', name: data.learners[learner].name + ' alarms', xAxisIndex: 1, yAxisIndex: 1, symbol: 'triangle', symbolSize: width < 560 ? 7 : 9,
        itemStyle: {color: colour(learner), opacity: 0.85}, data: each.cells[learner].alarms.map(alarm => ({value: [alarm.at, row], learner, seed: alarm.seed}))
      })) : [])
    ]
  };
}

function timeTable(what) {
  const each = stream();
  const learners = shown();
  const longest = learners.map(learner => each.cells[learner].ends).sort((a, b) => b.length - a.length)[0] || [];
  return table('Values over time', ['Up to event', ...learners.map(learner => data.learners[learner].name)],
    longest.map((at, i) => [number(at), ...learners.map(learner => number(each.cells[learner][what][i], 2))]));
}

function streamFacts() {
  const each = stream();
  if (!each.facts) {
    return each.name + ': no run finished.';
  }
  const facts = each.facts;
  const drifts = facts.drifts.length === 0 ? 'no planted drifts'
    : `drifts planted at ${facts.drifts.map(drift => number(drift.position) + (drift.width > 1 ? ` (over ${number(drift.width)} events)` : '')).join(', ')}`;
  return `${each.description}: ${number(facts.events)} events, ${plural(facts.attributes, 'attribute')}, ${plural(facts.classes.length, 'class', 'classes')}, ${drifts}.`;
}

function streamTables() {
  const each = stream();
  const best = data.measures.map((facts, m) => {
    const sign = facts.highIsGood ? 1 : -1;
    const good = each.cells.filter((cell, i) => !data.learners[i].oracle && cell.finished === cell.runs && known(cell.means[m])).map(cell => sign * cell.means[m]);
    return good.length > 0 ? measured(facts, sign * Math.max(...good)) : null;
  });
  put('stream-table', table('All measures on ' + each.name, ['Learner', ...data.measures.map(facts => facts.unit === 'bytes' ? facts.title : `${facts.title} (${facts.unit})`)],
    data.learners.map((_, i) => [learnerName(i), ...data.measures.map((facts, m) => {
      const cell = each.cells[i];
      return score(cell, m, !data.learners[i].oracle && cell.finished === cell.runs && measured(facts, cell.means[m]) === best[m] && known(cell.means[m]), 0);
    })])));
  put('stream-recovery', each.recovery.length === 0 ? null : [
    el('h3', {}, 'Events until the accuracy is back after a planted drift'),
    table('Recovery on ' + each.name, ['Drift at', ...data.learners.map((_, i) => learnerName(i))],
      each.recovery.map((row, d) => [number(each.facts.drifts[d].position), ...row]))]);
  put('stream-detections', each.detections.length === 0 ? null : [
    el('h3', {}, 'Drift detection on this stream'), detectionTable(each.detections)]);
}

function streams() {
  let what = 'accuracy';
  const label = () => `${what === 'accuracy' ? 'Accuracy' : 'Kappa-M'} over time on ${stream().name} of ${shown().map(i => data.learners[i].name).join(', ')}`;
  const tabs = data.streams.map((each, i) => el('button', {type: 'button', title: each.name, onclick: () => {
    state.stream = i;
    state.change('stream');
  }}, each.name));
  put('stream-tabs', tabs);
  const box = el('div', {id: 'time-box'});
  const details = folded('Values over time as a table', '');
  put('time-chart', box, details);
  const view = chart('time-box', 'chart-time', timeHeight(stream()), width => timeOption(what, width), label);
  const fill = () => details.open && details.replaceChildren(details.firstChild, timeTable(what));
  details.addEventListener('toggle', fill);
  const draw = () => {
    tabs.forEach((tab, i) => tab.setAttribute('aria-pressed', String(i === state.stream)));
    put('stream-facts', streamFacts());
    const seeds = data.seeds.length > 1 ? 'Mean over the seeds, each' : 'Each';
    const marks = stream().facts && stream().facts.drifts.length > 0 ? ' Dashed lines and shaded areas are the planted drifts.' : '';
    const raised = alarmed(stream()).length > 0 ? ' Triangles below: drift alarms that learners raised themselves, of all seeds.' : '';
    put('time-note', `${seeds} point stands for the events since the one before.${marks}${raised} Ctrl and wheel zoom.`);
    view.height(timeHeight(stream()));
    view.draw();
    streamTables();
    fill();
  };
  put('time-choice', segment(['Accuracy', 'Kappa-M'], 0, i => {
    what = i === 0 ? 'accuracy' : 'kappaM';
    draw();
  }, 'Measure over time'));
  state.views.push(draw);
  draw();
}
