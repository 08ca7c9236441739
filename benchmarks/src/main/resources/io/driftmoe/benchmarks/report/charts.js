// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/** What the reader has chosen; whoever shows it is told of changes. */
const state = {
  hidden: new Set(),
  stream: Math.max(0, data.streams.findIndex(stream => stream.facts)),
  views: [],
  change(what) {
    this.views.forEach(view => view(what));
  }
};

function shown() {
  return data.learners.map((_, i) => i).filter(i => !state.hidden.has(i));
}

function stream() {
  return data.streams[state.stream];
}

/**
 * A chart that is drawn again when choices, colours or its width change.
 *
 * @param option of ECharts, made from the current choices
 * @param label for those who cannot see it, made likewise
 */
function chart(place, id, height, option, label) {
  const box = el('div', {class: 'chart', id: id, role: 'img', style: `height:${height}px`});
  byId(place).replaceChildren(box);
  const drawn = echarts.init(box, null, {renderer: 'canvas'});
  const draw = () => {
    box.setAttribute('aria-label', label());
    drawn.setOption({...base(), ...option(box.clientWidth)}, {notMerge: true});
  };
  draw();
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth !== width && box.clientWidth > 0) {
      width = box.clientWidth;
      drawn.resize();
      draw();
    }
  }).observe(box);
  const view = {draw, height(pixels) {
    if (box.style.height !== pixels + 'px') {
      box.style.height = pixels + 'px';
      drawn.resize();
    }
  }};
  return view;
}

function base() {
  return {
    animation: false,
    textStyle: {fontFamily: getComputedStyle(document.body).fontFamily, color: token('ink')},
    tooltip: {trigger: 'item', ...tooltip()}
  };
}

function tooltip() {
  return {
    backgroundColor: token('card'), borderColor: token('line'), confine: true,
    textStyle: {color: token('ink'), fontSize: 13}, extraCssText: 'box-shadow:0 6px 24px rgba(0,0,0,.18);border-radius:10px'
  };
}

/** Lines of a tooltip: a title, then a learner and its value each. */
function tip(title, lines) {
  return el('div', {class: 'tip'}, el('b', {}, title),
    lines.map(([learner, value]) => el('div', {class: 'line'},
      el('span', {}, el('i', {style: 'background:' + colour(learner)}), data.learners[learner].name),
      el('span', {}, value))));
}

function axis(more) {
  return {
    axisLine: {lineStyle: {color: token('line')}}, axisTick: {show: false},
    axisLabel: {color: token('soft'), hideOverlap: true}, nameTextStyle: {color: token('soft'), ...(more.upright ? {align: 'left', padding: [0, 0, 0, -36]} : {})},
    splitLine: {lineStyle: {color: token('line')}}, ...more
  };
}

function line(learner, values, more) {
  const style = styles[learner];
  return {
    type: 'line', name: data.learners[learner].name, data: values, symbol: style.symbol, symbolSize: 7,
    color: colour(learner), lineStyle: {width: style.width, type: style.dash, color: colour(learner)},
    itemStyle: fill(learner), emphasis: {disabled: true}, z: data.learners[learner].own ? 4 : 3, ...more
  };
}
