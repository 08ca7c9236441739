// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

function regret() {
  byId('regret').hidden = data.regrets.length === 0;
  put('regret-tables', data.regrets.flatMap(each => {
    const others = data.learners.map((_, i) => i).filter(i => data.learners[i].name !== each.oracle);
    const title = 'To ' + each.oracle + (each.setting ? ', ' + each.setting : '');
    return [el('h3', {}, title), table('Routing regret: ' + title, ['Stream', ...others.map(learnerName)],
      each.streams.map((name, s) => [nameText(name), ...others.map(i => number(each.values[s][i], 2))]),
      ['Mean', ...others.map(i => number(each.means[i], 2))])];
  }));
}
