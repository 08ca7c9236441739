// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

// Hues that stay apart under the common kinds of colour blindness (after Okabe and Ito, and Tol),
// in a shade each for light and dark ground; shape and dash tell apart what colour does not.
const HUES = [
  ['#0067b1', '#4fa8ee'], ['#d1550a', '#f5834a'], ['#00866a', '#2cc59d'], ['#b0529b', '#e292cd'],
  ['#b98700', '#e8b93c'], ['#4a3fa0', '#9f96f2'], ['#7a1f4b', '#d0638f'], ['#2f93c4', '#8fd6f7'],
  ['#71741c', '#bdbf58'], ['#8a5a3c', '#c99a78']
];
const NEUTRAL = [['#6b7280', '#9aa3b2'], ['#9299a5', '#737d8c']];
const DOWN = 'path://M0 1H12L6 11.4Z';
const HEXAGON = 'path://M3 .8H9L12 6 9 11.2H3L0 6Z';
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', DOWN, HEXAGON];
const SEQUENTIAL = [
  ['#f3f6fb', '#c6dbef', '#7fb3dc', '#3182bd', '#0b4f93', '#062a5c'],
  ['#1b212a', '#153a63', '#1f62a6', '#3d93dd', '#8cc8f7', '#e4f3ff']
];

const darkness = window.matchMedia('(prefers-color-scheme: dark)');

const styles = (() => {
  let hue = 0;
  let grey = 0;
  return data.learners.map(learner => {
    const turn = learner.baseline ? grey++ : hue++;
    const colours = learner.baseline ? NEUTRAL[turn % NEUTRAL.length] : HUES[turn % HUES.length];
    const round = learner.baseline ? 1 + turn : Math.floor(turn / HUES.length);
    return {
      colours,
      hollow: learner.baseline,
      symbol: SYMBOLS[(learner.baseline ? turn : turn + round) % SYMBOLS.length],
      dash: ['solid', 'dashed', 'dotted'][round % 3],
      width: learner.own ? 2.6 : 1.6
    };
  });
})();

function colour(learner) {
  return styles[learner].colours[darkness.matches ? 1 : 0];
}

/** How a learner's symbol is filled in charts. */
function fill(learner) {
  return styles[learner].hollow
    ? {color: token('card'), borderColor: colour(learner), borderWidth: 2, opacity: 1}
    : {color: colour(learner), borderColor: token('card'), borderWidth: 1, opacity: 1};
}

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

function sequential() {
  return SEQUENTIAL[darkness.matches ? 1 : 0];
}

/** A learner's mark as the charts draw it. */
function mark(learner) {
  const style = styles[learner];
  const paint = style.hollow ? {fill: 'none', stroke: colour(learner), 'stroke-width': 2} : {fill: colour(learner)};
  const shapes = {
    circle: ['circle', {cx: 6, cy: 6, r: style.hollow ? 4 : 5}],
    rect: ['rect', {x: 1.5, y: 1.5, width: 9, height: 9}],
    triangle: ['path', {d: 'M6 1 11.4 11H.6Z'}],
    diamond: ['path', {d: 'M6 0 12 6 6 12 0 6Z'}],
    [DOWN]: ['path', {d: DOWN.slice(7)}],
    [HEXAGON]: ['path', {d: HEXAGON.slice(7)}]
  };
  const [tag, attributes] = shapes[style.symbol];
  return svg('svg', {width: 12, height: 12, viewBox: '-1 -1 14 14', 'aria-hidden': 'true'}, svg(tag, {...attributes, ...paint}));
}

function learnerName(learner) {
  return el('span', {style: 'display:inline-flex;align-items:center;gap:.45rem'},
    mark(learner), nameText(data.learners[learner].name));
}
