// SPDX-License-Identifier: GPL-3.0-or-later

/** An element. Text only ever goes in as text: ids, classes and reasons come from strangers. */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

/** Text that may run in another direction than the sentence around it. */
export function name(text) {
  return el('bdi', {title: text}, text);
}

export function byId(id) {
  return document.getElementById(id);
}

/** Puts new children into a place, unless they look the same; whoever has the focus keeps it. */
export function put(id, ...children) {
  const place = byId(id);
  const made = el('div', {}, ...children.flat().filter(Boolean));
  if (same(place, made)) {
    return;
  }
  const focused = document.activeElement && place.contains(document.activeElement) ? document.activeElement.id : '';
  const scrolled = [...place.querySelectorAll('.scroll')].map(box => [box.scrollLeft, box.scrollTop]);
  place.replaceChildren(...made.childNodes);
  place.querySelectorAll('.scroll').forEach((box, i) => {
    if (scrolled[i]) {
      [box.scrollLeft, box.scrollTop] = scrolled[i];
    }
  });
  if (focused) {
    byId(focused)?.focus({preventScroll: true});
  }
}

function same(place, made) {
  return place.childNodes.length === made.childNodes.length
    && [...place.childNodes].every((child, i) => child.isEqualNode(made.childNodes[i]));
}

export function text(id, words) {
  const place = byId(id);
  if (place.textContent !== words) {
    place.textContent = words;
  }
}

export function known(value) {
  return value !== null && value !== undefined && !Number.isNaN(value);
}

export function number(value, decimals = 0) {
  return known(value)
    ? value.toLocaleString('en-US', {minimumFractionDigits: decimals, maximumFractionDigits: decimals})
    : '–';
}

export function percent(value, decimals = 1) {
  return known(value) ? number(value, decimals) + ' %' : '–';
}

/** 12,345 as 12.3k, for axes. */
export function short(value) {
  const size = Math.abs(value);
  if (size >= 1e6) {
    return +(value / 1e6).toFixed(2) + 'M';
  }
  return size >= 1e4 ? +(value / 1e3).toFixed(1) + 'k' : number(value);
}

export function bytes(value) {
  if (!known(value) || value < 0) {
    return '–';
  }
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return number(value, unit === 0 ? 0 : 1) + ' ' + units[unit];
}

export function seconds(value) {
  if (!known(value)) {
    return '–';
  }
  if (value < 1) {
    return number(value * 1000) + ' ms';
  }
  return value < 120 ? number(value, value < 10 ? 1 : 0) + ' s' : number(value / 60) + ' min';
}

export function micros(value) {
  return !known(value) || value < 0 ? '–' : seconds(value / 1e6).replace(/^0 ms$/, number(value) + ' µs');
}

export function plural(count, one, many = one + 's') {
  return number(count) + ' ' + (count === 1 ? one : many);
}

/** Time of day where the browser is. */
export function clock(millis) {
  return new Date(millis).toLocaleTimeString('en-GB');
}

/** A table that scrolls by itself; the first cell of a row is its heading. */
export function table(caption, header, rows, classes = [], kind = '') {
  return el('div', {class: 'scroll ' + kind, tabindex: '0', role: 'region', 'aria-label': caption},
    el('table', {},
      el('thead', {}, el('tr', {}, header.map(cell => el('th', {scope: 'col'}, cell)))),
      el('tbody', {}, rows.map((row, r) => el('tr', {class: classes[r]}, row.map((cell, i) =>
        cell instanceof HTMLTableCellElement ? cell : el(i === 0 ? 'th' : 'td', i === 0 ? {scope: 'row'} : {}, cell)))))));
}

/** A share from 0 to 1 as a bar, with its name and its number. */
export function barRow(what, share, colour, classes = '') {
  const filled = el('i', {});
  filled.style.width = 100 * Math.max(0, Math.min(1, share ?? 0)) + '%';
  if (colour) {
    filled.style.background = colour;
  }
  return el('div', {class: 'bar-row ' + classes},
    el('span', {class: 'what'}, what), el('span', {class: 'bar', 'aria-hidden': 'true'}, filled),
    el('span', {class: 'much'}, percent(known(share) ? 100 * share : null)));
}

export function token(named) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + named).trim();
}

/** Colours of families; beyond eight they repeat, and names tell them apart. */
export function familyColour(position) {
  return token('f' + position % 8);
}
