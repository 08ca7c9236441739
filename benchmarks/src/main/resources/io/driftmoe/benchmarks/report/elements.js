// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

const data = JSON.parse(document.getElementById('data').textContent);

/** Text only ever goes in as text: names may hold anything. */
function el(tag, attributes, ...children) {
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

function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

function put(id, ...children) {
  byId(id).replaceChildren(...children.flat().filter(Boolean));
}

function known(value) {
  return value !== null && value !== undefined;
}

function number(value, decimals = 0) {
  return known(value)
    ? value.toLocaleString('en-US', {minimumFractionDigits: decimals, maximumFractionDigits: decimals})
    : '–';
}

/** 12,345 as 12.3k, for axes and labels. */
function short(value) {
  if (!known(value)) {
    return '–';
  }
  const size = Math.abs(value);
  if (size >= 1e6) {
    return +(value / 1e6).toFixed(2) + 'M';
  }
  return size >= 1e3 ? +(value / 1e3).toFixed(size < 1e4 ? 2 : 1) + 'k' : String(+value.toFixed(2));
}

/** The next of 1, 2, 5, 10, 20, 50, ... */
function round(value) {
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(factor => factor * decade).find(step => step >= value * (1 - 1e-9));
}

function bytes(value) {
  if (!known(value)) {
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

function measured(measure, value) {
  return measure.unit === 'bytes' ? bytes(value) : number(value, measure.decimals);
}

function plural(count, one, many = one + 's') {
  return number(count) + ' ' + (count === 1 ? one : many);
}

function nameText(text) {
  return el('span', {class: 'name', title: text}, text);
}

/**
 * A table that scrolls sideways by itself. Header and cells are text, elements, or a cell that is
 * made already; the first cell of a row is its heading.
 */
function table(caption, header, rows, footer) {
  const cells = row => row.map((value, i) =>
    value instanceof HTMLTableCellElement ? value : el(i === 0 ? 'th' : 'td', i === 0 ? {scope: 'row'} : {}, value));
  return el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
    el('table', {},
      el('thead', {}, el('tr', {}, header.map(value =>
        value instanceof HTMLTableCellElement ? value
          : el('th', {scope: 'col', class: value.length > 18 ? 'long' : null}, value)))),
      el('tbody', {},
        rows.map(row => el('tr', {}, cells(row))),
        footer ? el('tr', {class: 'foot-row'}, cells(footer)) : null)));
}

function folded(title, content) {
  return el('details', {}, el('summary', {}, title), content);
}

/** Buttons of which one is pressed. */
function segment(labels, chosen, onChoice, title) {
  const buttons = labels.map((label, i) => el('button', {
    type: 'button', 'aria-pressed': String(i === chosen), title: label,
    onclick: () => {
      buttons.forEach((button, j) => button.setAttribute('aria-pressed', String(i === j)));
      onChoice(i);
    }
  }, label));
  return el('span', {class: 'segment', role: 'group', 'aria-label': title}, buttons);
}

function choice(title, labels, chosen, onChoice) {
  const select = el('select', {onchange: () => onChoice(select.selectedIndex)},
    labels.map((label, i) => el('option', i === chosen ? {selected: ''} : {}, label)));
  return el('label', {class: 'pick'}, title, select);
}
