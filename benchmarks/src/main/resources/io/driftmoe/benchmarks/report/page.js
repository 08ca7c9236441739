// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

if (data.cells === 0) {
  put('headline', 'Nothing was run');
  document.querySelectorAll('main, nav').forEach(part => part.remove());
} else {
  overview();
  chips();
  ranking();
  cost();
  streams();
  experts();
  specialists();
  regret();
  labels();
  details();
  state.views.push(what => {
    if (what === 'colours') {
      overview();
      regret();
      details();
    }
  });
  darkness.addEventListener('change', () => state.change('colours'));
}
