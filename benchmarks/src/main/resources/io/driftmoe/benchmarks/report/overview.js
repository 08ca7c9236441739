// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/** Learners that finished on every stream on which any did, the most accurate first. */
function completeByAccuracy() {
  const ran = data.streams.filter(each => each.facts).length;
  return data.costs.map((cost, i) => ({...cost, i}))
    .filter(cost => known(cost.accuracy) && cost.streams === ran && !data.learners[cost.i].oracle)
    .sort((a, b) => b.accuracy - a.accuracy);
}

function byRank(keep) {
  return (data.ranks.averageRanks[0] || []).map((rank, i) => ({rank, i}))
    .filter(each => known(each.rank) && keep(data.learners[each.i]))
    .sort((a, b) => a.rank - b.rank)[0];
}

function tile(what, value, who) {
  return el('div', {class: 'tile'}, el('div', {class: 'what'}, what), el('div', {class: 'value'}, value), el('div', {class: 'who'}, who));
}

function events() {
  const counts = data.streams.filter(each => each.facts).map(each => each.facts.events);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) {
    return 'no events';
  }
  return least === most ? number(least) + ' events each' : `${number(least)} to ${number(most)} events each`;
}

function overview() {
  const best = byRank(() => true);
  const bestOwn = byRank(learner => learner.own);
  const accurate = completeByAccuracy();
  const fast = data.costs.map((cost, i) => ({...cost, i}))
    .filter(cost => known(cost.speed) && !data.learners[cost.i].baseline && !data.learners[cost.i].oracle).sort((a, b) => b.speed - a.speed)[0];
  const ranked = (data.ranks.averageRanks[0] || []).filter(known).length;
  put('headline', best && data.streams.length > 1 && ranked > 1
    ? `${data.learners[best.i].name} ranks first of ${plural(ranked, 'learner')} on ${plural(data.streams.length, 'stream')}`
    : `${plural(data.learners.length, 'learner')} on ${plural(data.streams.length, 'stream')}`);
  put('scope', [events(), plural(data.seeds.length, 'seed'), data.setting,
    'commit ' + (data.provenance.commits || []).join(', ')].filter(Boolean).join(' · '));
  const leader = i => learnerName(i);
  const met = data.published.filter(each => each.within).length;
  put('tiles',
    best && tile('Best average rank', number(best.rank, 2), leader(best.i)),
    accurate.length > 0 && tile('Highest mean accuracy', number(accurate[0].accuracy, 2) + ' %', leader(accurate[0].i)),
    fast && tile('Most events per CPU second', short(fast.speed), leader(fast.i)),
    bestOwn && bestOwn.i !== best.i && tile('Best DriftMoE rank', number(bestOwn.rank, 2), leader(bestOwn.i)),
    data.published.length > 0 && tile('Published values reproduced', `${met} of ${data.published.length}`, 'within tolerance'),
    tile('Runs finished', number(data.cells - data.failures.length),
      data.failures.length === 0 ? 'none failed'
        : el('a', {href: '#failures', class: 'bad'}, data.failures.length + ' failed')));
}

function chips() {
  const all = el('button', {type: 'button', class: 'all', onclick: () => {
    if (state.hidden.size > 0) {
      state.hidden.clear();
    } else {
      data.learners.forEach((_, i) => state.hidden.add(i));
    }
    state.change('learners');
  }});
  const buttons = data.learners.map((learner, i) => el('button', {
    type: 'button', class: learner.own ? 'own' : null, title: learner.name + ': ' + learner.definition,
    onclick: () => {
      if (!state.hidden.delete(i)) {
        state.hidden.add(i);
      }
      state.change('learners');
    }
  }));
  const draw = () => {
    all.textContent = state.hidden.size > 0 ? 'Show all' : 'Hide all';
    buttons.forEach((button, i) => {
      button.setAttribute('aria-pressed', String(!state.hidden.has(i)));
      button.replaceChildren(mark(i), el('span', {}, data.learners[i].name));
    });
  };
  put('learners', buttons, all);
  state.views.push(draw);
  draw();
}
