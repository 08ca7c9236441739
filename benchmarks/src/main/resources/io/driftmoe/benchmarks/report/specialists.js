// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

function specialistsOption(use, width) {
  const rows = use.others > 0 ? [...use.names, `${use.others} others`] : use.names;
  // the others together may weigh more than anybody; they must not make all else look pale
  const most = largest(use.weight.map(row => row.slice(0, use.names.length)));
  return heatOption(use, use.weight, rows, 'specialist', 'mean weight', most, width);
}

function specialists() {
  if (!data.streams.some(each => each.specialists.length > 0)) {
    byId('specialists').hidden = true;
    return;
  }
  let learner = -1;
  const none = {learner: 0, ends: [], names: [], others: 0, weight: []};
  const use = () => stream().specialists.find(each => each.learner === learner) || stream().specialists[0] || none;
  const label = () => `Mean weight of the specialists of ${data.learners[use().learner].name} over time on ${stream().name}`;
  const view = chart('specialists-chart', 'chart-specialists', 380, width => specialistsOption(use(), width), label);
  const draw = () => {
    const there = stream().specialists;
    byId('specialists').hidden = there.length === 0;
    if (there.length === 0) {
      return;
    }
    const chosen = use();
    put('specialists-note', `Mean weight per window of the most used specialists, named by their expert and the numbers of its parts; `
      + `those of an expert that sleeps fade. ${data.learners[chosen.learner].name}, ${number(chosen.evaluations, 2)} specialists asked per event, seed ${chosen.seed}.`);
    put('specialists-choice', there.length > 1 ? choice('Learner', there.map(each => data.learners[each.learner].name), there.indexOf(chosen), i => {
      learner = there[i].learner;
      draw();
    }) : null);
    view.height(140 + Math.max(6, chosen.names.length + 1) * 21);
    view.draw();
  };
  state.views.push(changed => changed !== 'learners' && draw());
  draw();
}
