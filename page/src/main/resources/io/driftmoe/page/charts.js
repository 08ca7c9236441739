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
  const shown = values => values.slice(Math.max(0, full));
  const height = bounds([...shown(series.accuracy), ...shown(series.kappaM), ...shown(series.expected)]);
  const switches = model.switches.filter(one => one.learned >= at.min && one.learned <= at.max);
  const alarms = stories.map(story => story.alarm).filter(learned => known(learned) && learned >= at.min && learned <= at.max);
  const returns = stories.filter(story => known(story.back) && story.back >= at.min);
  const label = 'Window accuracy ' + percent(series.accuracy.at(-1)) + ', kappa-M ' + number(series.kappaM.at(-1), 1)
    + ' after ' + number(series.learned.at(-1)) + ' events; lowest accuracy '
    + percent(Math.min(...series.accuracy.filter(known))) + '. '
    + (known(model.expected) ? 'Of the predictions that wait, ' + expectedWords(model.expected, model.expectedError) + ' are expected to be right. ' : '')
    + switches.map(one => switchWords(one) + ' after ' + number(one.learned) + ' events. ').join('') + alarms.length + ' alarms, '
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
        ...expectation(series),
        ...(switches.length ? [switchMarks(switches, height, narrow)] : []),
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

/** What the branch did, in words. */
function switchWords(one) {
  const letters = [...one.branch];
  return (one.kind === 'PROMOTE' ? 'promoted ' : 'rolled back ') + (letters.length > 24 ? letters.slice(0, 23).join('') + '…' : one.branch);
}

export function expectedWords(accuracy, error) {
  return percent(accuracy) + (known(error) ? ' ± ' + number(error, 1) + ' points' : '');
}

/** Stretches of points, one after the other, of which a value is known. */
function stretches(values) {
  const found = [];
  values.forEach((value, i) => {
    if (known(value)) {
      if (i === 0 || !known(values[i - 1])) {
        found.push([]);
      }
      found.at(-1).push(i);
    }
  });
  return found;
}

/** The accuracy that was expected of what waited, within its error; nothing where nothing was known. */
function expectation(series) {
  const runs = stretches(series.expected);
  if (!runs.length) {
    return [];
  }
  const alone = new Set(runs.filter(run => run.length === 1).map(run => run[0]));
  const colour = token('expected');
  const edge = (api, i, side) => api.coord([series.learned[i], series.expected[i] + side * series.expectedError[i]]);
  const bands = stretches(series.expected.map((value, i) => known(value) ? series.expectedError[i] : null));
  return [
    {
      type: 'line', name: 'expected', data: series.learned.map((x, i) => ({value: [x, series.expected[i]], symbol: alone.has(i) ? 'circle' : 'none'})),
      symbolSize: 6, lineStyle: {width: 2, type: 'dotted', color: colour}, itemStyle: {color: colour}, z: 5, emphasis: {disabled: true}
    },
    {
      type: 'custom', name: 'its error', clip: true, silent: true, z: 2, tooltip: {show: false}, itemStyle: {color: colour},
      data: bands.map(run => [series.learned[run[0]], series.expected[run[0]]]),
      renderItem: (params, api) => {
        const run = bands[params.dataIndex];
        const around = [...run.map(i => edge(api, i, 1)), ...run.slice().reverse().map(i => edge(api, i, -1))];
        const points = run.length > 1 ? around : [-2, 2, 2, -2].map((aside, i) => [around[0][0] + aside, around[i < 2 ? 0 : 1][1]]);
        return {type: 'polygon', shape: {points}, style: {fill: colour, opacity: 0.18}};
      }
    }
  ];
}

/** Where another model has taken the place. */
function switchMarks(switches, height, narrow) {
  return {
    type: 'scatter', name: 'switch', data: switches.map(one => [one.learned, height.min]), symbol: 'diamond', symbolSize: 13,
    symbolOffset: [0, -7], itemStyle: {color: token('switch')}, z: 6, tooltip: {show: false},
    markLine: {
      symbol: 'none', silent: true, lineStyle: {type: 'solid', color: token('switch'), width: 1.4},
      label: {show: !narrow, position: 'insideEndTop', color: token('switch'), fontSize: 11, formatter: line => line.name},
      data: switches.map(one => ({name: switchWords(one), xAxis: one.learned}))
    }
  };
}

function courseTip(series, shown) {
  const x = shown[0]?.value?.[0];
  const i = series.learned.indexOf(x);
  return i < 0 ? '' : el('div', {class: 'tip'}, el('b', {}, 'after ' + number(x) + ' events'),
    el('div', {}, 'accuracy ' + percent(series.accuracy[i])), el('div', {}, 'kappa-M ' + number(series.kappaM[i], 1)),
    known(series.expected[i]) ? el('div', {}, 'expected of what waits ' + expectedWords(series.expected[i], series.expectedError[i])) : '',
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
