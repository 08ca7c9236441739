// SPDX-License-Identifier: GPL-3.0-or-later
import {byId, el, familyColour, known, number, percent, short, token} from './elements.js';

const views = new Map();

/** Draws into a box. Colours are those of the present colour scheme, sizes those of the box. */
function draw(id, label, option) {
  const box = byId(id);
  let view = views.get(id);
  if (!view) {
    view = {chart: echarts.init(box, null, {renderer: 'canvas'})};
    views.set(id, view);
    let width = box.clientWidth;
    new ResizeObserver(() => {
      if (box.clientWidth !== width && box.clientWidth > 0) {
        width = box.clientWidth;
        view.chart.resize();
        view.again();
      }
    }).observe(box);
  }
  view.again = () => {
    box.setAttribute('aria-label', label);
    view.chart.setOption({
      animation: false, textStyle: {fontFamily: getComputedStyle(document.body).fontFamily, color: token('ink')},
      tooltip: {
        trigger: 'axis', confine: true, backgroundColor: token('card'), borderColor: token('line'),
        textStyle: {color: token('ink'), fontSize: 13}
      },
      ...option(box.clientWidth)
    }, {notMerge: true});
  };
  view.again();
}

/** All charts once more, after the colours have changed. */
export function redraw() {
  views.forEach(view => view.again());
}

function axis(more) {
  return {
    axisLine: {lineStyle: {color: token('line')}}, axisTick: {show: false},
    axisLabel: {color: token('soft'), hideOverlap: true}, splitLine: {lineStyle: {color: token('line')}},
    nameTextStyle: {color: token('soft')}, ...more
  };
}

function range(series) {
  const first = series.learned[0] ?? 0;
  const last = series.learned.at(-1) ?? 1;
  return {min: first, max: Math.max(last, first + 1)};
}

/** From below the lowest value to above the highest, in tens. */
function bounds(values) {
  const numbers = values.filter(known);
  const low = numbers.length ? Math.min(...numbers) : 0;
  const high = numbers.length ? Math.max(...numbers) : 100;
  return {min: Math.max(-100, Math.floor((low - 6) / 10) * 10), max: Math.min(100, Math.ceil((high + 4) / 10) * 10)};
}

/** Accuracy and kappa-M with the drifts of the course; below them the experts that were replaced. */
export function course(model, planted) {
  const {series, stories} = model;
  const at = range(series);
  // until the window is full its scores leap, and would leave no height to the rest
  const full = series.learned.findIndex(learned => learned >= model.windowSize);
  const height = bounds([...series.accuracy.slice(Math.max(0, full)), ...series.kappaM.slice(Math.max(0, full))]);
  const alarms = stories.map(story => story.alarm).filter(learned => known(learned) && learned >= at.min && learned <= at.max);
  const returns = stories.filter(story => known(story.back) && story.back >= at.min);
  const label = 'Window accuracy ' + percent(series.accuracy.at(-1)) + ', kappa-M ' + number(series.kappaM.at(-1), 1)
    + ' after ' + number(series.learned.at(-1)) + ' events; lowest accuracy '
    + percent(Math.min(...series.accuracy.filter(known))) + '. ' + alarms.length + ' alarms, '
    + returns.length + ' recoveries. The table below has the figures.';
  draw('chart-course', label, width => {
    const narrow = width < 520;
    const grid = {left: 44, right: 18};
    const line = (title, values, colour, dash) => ({
      type: 'line', name: title, data: series.learned.map((x, i) => [x, values[i]]), showSymbol: series.learned.length < 2,
      lineStyle: {width: dash ? 1.6 : 2.6, type: dash || 'solid', color: colour}, itemStyle: {color: colour}, z: dash ? 3 : 4,
      emphasis: {disabled: true}
    });
    return {
      grid: [{...grid, top: 34, bottom: 92}, {...grid, height: 38, bottom: 30}],
      axisPointer: {link: [{xAxisIndex: 'all'}]},
      tooltip: {
        trigger: 'axis', confine: true, backgroundColor: token('card'), borderColor: token('line'),
        textStyle: {color: token('ink'), fontSize: 13}, formatter: shown => courseTip(series, shown)
      },
      xAxis: [
        axis({type: 'value', ...at, axisLabel: {show: false}, splitLine: {show: false}}),
        axis({
          type: 'value', gridIndex: 1, ...at, splitLine: {show: false}, splitNumber: narrow ? 3 : 6,
          axisLabel: {color: token('soft'), hideOverlap: true, formatter: short}
        })
      ],
      yAxis: [
        axis({type: 'value', ...height, axisLabel: {color: token('soft'), formatter: '{value} %'}}),
        axis({type: 'value', gridIndex: 1, splitNumber: 1, minInterval: 1, splitLine: {show: false}})
      ],
      series: [
        {
          ...line('accuracy', series.accuracy, token('accuracy')),
          markLine: {
            symbol: 'none', silent: true, label: {
              show: !narrow, formatter: 'planted', position: 'insideStartTop', color: token('planted'), fontSize: 11
            },
            lineStyle: {type: 'dashed', color: token('planted'), width: 1.6},
            data: planted.filter(drift => drift.from >= at.min && drift.from <= at.max).map(drift => ({xAxis: drift.from}))
          },
          markArea: {
            silent: true, itemStyle: {color: token('planted'), opacity: 0.12},
            data: planted.filter(drift => drift.to - drift.from > 1 && drift.from <= at.max)
              .map(drift => [{xAxis: Math.max(at.min, drift.from)}, {xAxis: Math.min(at.max, drift.to)}])
          }
        },
        line('kappa-M', series.kappaM, token('kappa'), 'dashed'),
        {
          type: 'scatter', name: 'alarm', data: alarms.map(x => [x, height.max]), symbol: 'triangle', symbolRotate: 180,
          symbolSize: 13, symbolOffset: [0, -7], itemStyle: {color: token('alarm')}, z: 6, clip: false, tooltip: {show: false}
        },
        {
          type: 'scatter', name: 'back', data: returns.map(story => [story.back, story.backAt]), symbol: 'circle',
          symbolSize: 11, itemStyle: {color: token('card'), borderColor: token('back'), borderWidth: 3}, z: 7
        },
        {
          type: 'bar', name: 'replaced', xAxisIndex: 1, yAxisIndex: 1, data: series.learned.map((x, i) => [x, series.replaced[i]]),
          barMaxWidth: 6, barMinWidth: 2, itemStyle: {color: token('replaced')}
        }
      ]
    };
  });
}

function courseTip(series, shown) {
  const x = shown[0]?.value?.[0];
  const i = series.learned.indexOf(x);
  return i < 0 ? '' : el('div', {class: 'tip'}, el('b', {}, 'after ' + number(x) + ' events'),
    el('div', {}, 'accuracy ' + percent(series.accuracy[i])), el('div', {}, 'kappa-M ' + number(series.kappaM[i], 1)),
    el('div', {}, number(series.replaced[i]) + ' replaced since the point before'));
}

function sum(weights, last) {
  return Math.min(1, weights.slice(0, last + 1).reduce((before, weight) => before + (weight ?? 0), 0));
}

/** The weights of the families, one above the other. */
export function families(model, names) {
  const {series} = model;
  const count = Math.min(names.length, Math.max(0, ...series.weights.map(row => row.length)));
  const at = range(series);
  const last = series.weights.at(-1) || [];
  const label = 'Mean gate weights over time. Now: '
    + names.slice(0, count).map((title, e) => title + ' ' + percent(known(last[e]) ? 100 * last[e] : null)).join(', ');
  draw('chart-families', label, () => ({
    grid: {left: 44, right: 18, top: 10, bottom: 26},
    tooltip: {
      trigger: 'axis', confine: true, backgroundColor: token('card'), borderColor: token('line'),
      textStyle: {color: token('ink'), fontSize: 13}, formatter: shown => el('div', {class: 'tip'},
        el('b', {}, 'after ' + number(shown[0]?.value?.[0]) + ' events'),
        shown.map(one => el('div', {}, one.seriesName + ' ' + percent(100 * one.value[2]))))
    },
    xAxis: axis({type: 'value', ...at, splitLine: {show: false}, axisLabel: {color: token('soft'), hideOverlap: true, formatter: short}}),
    yAxis: axis({type: 'value', min: 0, max: 1, interval: 0.5, axisLabel: {color: token('soft'), formatter: value => 100 * value + ' %'}}),
    // each from the bottom to the sum up to it, the highest first: so the lower ones lie on it
    series: names.slice(0, count).map((title, e) => ({
      type: 'line', name: title, data: series.learned.map((x, i) => [x, sum(series.weights[i], e), series.weights[i][e] ?? 0]),
      showSymbol: false, lineStyle: {width: 1, color: token('card')}, itemStyle: {color: familyColour(e)}, z: 2 + count - e,
      areaStyle: {color: familyColour(e), opacity: 1, origin: 'start'}, emphasis: {disabled: true}
    }))
  }));
}
