// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/**
 * Critical-difference diagram after Demšar (JMLR 7, 2006): learners hang from an axis of average
 * ranks, the better half to the left; a bar joins those that do not differ significantly.
 */
function differenceDiagram(test, width) {
  const order = test.ranked.map((learner, i) => ({learner, rank: test.averages[i]})).sort((a, b) => a.rank - b.rank);
  const narrow = width < 480; // names need the room; the table below has the numbers
  const side = Math.min(210, width * (narrow ? 0.36 : 0.33));
  const span = width - 2 * side;
  const x = rank => side + span * (rank - 1) / (test.learners - 1);
  const axisY = 62;
  const firstRow = axisY + 26 + test.cliques.length * 11;
  const left = order.slice(0, Math.ceil(order.length / 2));
  const right = order.slice(left.length).reverse();
  const height = firstRow + (left.length - 1) * 26 + 22;
  const root = svg('svg', {viewBox: `0 0 ${width} ${height}`, height: height, role: 'img', id: 'difference-diagram',
    'aria-label': 'Average ranks: ' + order.map(each => `${data.learners[each.learner].name} ${number(each.rank, 2)}`).join(', ')
      + `. Critical difference ${number(test.criticalDifference, 2)}.`});

  const bar = Math.min(test.criticalDifference, test.learners - 1);
  const longer = bar < test.criticalDifference;
  root.append(
    svg('path', {class: 'axis', d: `M${x(1)} 22v-8m0 4H${x(1 + bar)}m0 -4v8`}),
    svg('text', {class: 'soft', x: x(1 + bar / 2), y: 11, 'text-anchor': 'middle', 'data-part': 'difference'},
      `critical difference ${number(test.criticalDifference, 2)}` + (longer ? ', longer than the axis' : '')));

  root.append(svg('path', {class: 'axis', d: `M${x(1)} ${axisY}H${x(test.learners)}`}));
  const every = Math.ceil(test.learners / Math.max(2, Math.floor(span / 26)));
  for (let rank = 1; rank <= test.learners; rank++) {
    root.append(svg('path', {class: 'axis', d: `M${x(rank)} ${axisY}v-6`}));
    if ((rank - 1) % every === 0) {
      root.append(svg('text', {class: 'soft', x: x(rank), y: axisY - 12, 'text-anchor': 'middle'}, String(rank)));
    }
  }
  const hang = (group, toLeft) => group.forEach((each, row) => {
    const y = firstRow + row * 26;
    const end = toLeft ? side - 6 : width - side + 6;
    const whole = data.learners[each.learner].name;
    const room = Math.floor((side - (narrow ? 14 : 58)) / 7.4);
    const label = whole.length > room ? whole.slice(0, room - 1) + '…' : whole;
    const rank = svg('tspan', {class: 'soft'}, number(each.rank, 2));
    const text = svg('text', {x: toLeft ? end - 6 : end + 6, y: y + 4.5, 'text-anchor': toLeft ? 'end' : 'start',
      'font-weight': data.learners[each.learner].own ? 650 : 400},
      ...(narrow ? [label] : toLeft ? [label + '  ', rank] : [rank, '  ' + label]));
    text.style.whiteSpace = 'pre';
    root.append(svg('g', {'data-learner': whole, class: state.hidden.has(each.learner) ? 'faded' : ''},
      svg('title', {}, `${whole}: average rank ${number(each.rank, 2)}`),
      svg('path', {d: `M${x(each.rank)} ${axisY}V${y}H${end}`, fill: 'none', stroke: colour(each.learner), 'stroke-width': 2}),
      svg('circle', {cx: x(each.rank), cy: axisY, r: 4, fill: colour(each.learner)}),
      text));
  });
  hang(left, true);
  hang(right, false);
  test.cliques.forEach((clique, i) => {
    const ranks = clique.map(member => test.averages[member]);
    const y = axisY + 14 + i * 11;
    root.append(svg('path', {class: 'clique', d: `M${x(Math.min(...ranks)) - 3} ${y}H${x(Math.max(...ranks)) + 3}`}));
  });
  return root;
}

function rankingLead(test) {
  const agree = test.f === null ? 'infinite' : number(test.f, 2);
  return `Average rank by accuracy over ${test.streams} streams, 1 is best. Learners joined by a bar do not differ `
    + `significantly (Nemenyi, 5 % level). Do any differ at all? Friedman chi-square ${number(test.chiSquare, 2)}, `
    + `${test.chiSquareP}; Iman–Davenport F ${agree}, ${test.fP}.`;
}

function ranking() {
  const test = data.ranks.test;
  const leftOut = Object.entries(data.ranks.leftOut)
    .map(([learner, why]) => ` ${learner} is left out: ${why}.`).join('');
  put('ranking-lead', (test ? rankingLead(test) : 'No diagram: ' + data.ranks.reason) + leftOut);
  if (test) {
    const box = el('div', {class: 'diagram'});
    put('ranking-diagram', box, folded('Average ranks as a table', table('Average ranks', ['Learner', 'Average rank'],
      test.ranked.map((learner, i) => [learner, test.averages[i]]).sort((a, b) => a[1] - b[1])
        .map(([learner, rank]) => [learnerName(learner), number(rank, 3)]))));
    const draw = () => box.replaceChildren(differenceDiagram(test, Math.max(280, box.clientWidth)));
    draw();
    state.views.push(what => what !== 'stream' && draw());
    let width = box.clientWidth;
    new ResizeObserver(() => {
      if (box.clientWidth !== width) {
        width = box.clientWidth;
        draw();
      }
    }).observe(box);
  }
  let measure = 0;
  put('matrix-choice', choice('Measure', data.measures.map(each => each.title), 0, chosen => {
    measure = chosen;
    matrix(measure);
  }));
  matrix(measure);
  state.views.push(what => what === 'colours' && matrix(measure));
}

/** Mean and spread of a learner on a stream, or why there is none. */
function score(cell, measure, best, shade) {
  const facts = data.measures[measure];
  if (cell.runs === 0) {
    return el('td', {}, '–');
  }
  if (cell.finished === 0) {
    return el('td', {class: 'failed'}, 'failed');
  }
  const mean = measured(facts, cell.means[measure]);
  const spread = known(cell.deviations[measure]) ? el('span', {class: 'sd'}, ' ± ' + measured(facts, cell.deviations[measure])) : null;
  const part = cell.finished < cell.runs ? el('span', {class: 'bad'}, ` ${cell.finished} of ${cell.runs}`) : null;
  return el('td', {class: best ? 'best' : null, style: shade > 0 ? `background:rgba(var(--tint),${(0.17 * shade).toFixed(3)})` : null}, mean, spread, part);
}

function matrix(measure) {
  const facts = data.measures[measure];
  const sign = facts.highIsGood ? 1 : -1;
  put('matrix-title', `${facts.title} (${facts.unit}) by stream` + (facts.highIsGood ? '' : ', less is better'));
  const rows = data.streams.map(each => {
    const values = each.cells.map(cell => cell.finished === cell.runs ? cell.means[measure] : null);
    const good = values.filter((value, i) => known(value) && !data.learners[i].oracle).map(value => sign * value);
    const [worst, top] = [Math.min(...good), Math.max(...good)];
    const best = measured(facts, sign * top);
    return [nameText(each.name), ...each.cells.map((cell, i) => {
      const shade = known(values[i]) && top > worst ? Math.max(0, Math.min(1, (sign * values[i] - worst) / (top - worst))) : 0;
      return score(cell, measure, !data.learners[i].oracle && known(values[i]) && measured(facts, values[i]) === best, shade);
    })];
  });
  put('matrix', table(facts.title + ' by stream and learner', ['Stream', ...data.learners.map((_, i) => learnerName(i))], rows,
    ['Average rank', ...data.ranks.averageRanks[measure].map(rank => number(rank, 2))]));
}
