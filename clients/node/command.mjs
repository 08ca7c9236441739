// SPDX-License-Identifier: GPL-3.0-or-later
// The command `driftmoe`: the program that the environment variable DRIFTMOE names, else that of this checkout.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = fileURLToPath(new URL('../../driftmoe', import.meta.url));
const TEXTS = ['stream', 'learner', 'recovery_events', 'failure', 'command', 'configuration', 'data_sha256', 'commit'];
const NUMBER = /^[+-]?(\d+|\d+\.\d*([eE][+-]?\d+)?|\d+[eE][+-]?\d+)$/;

/** The command ended badly; the message is its line on standard error. */
export class CommandError extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command to its end.
 * @param {string[]} words such as ['data', 'list']
 * @param {object} [options] { labelDelay: 20, verify: true, seeds: [1, 2], D: { 'job.name': 'x' } } is
 *   --label-delay=20 --verify --seeds=1,2 -Djob.name=x
 * @returns {Promise<string>} what it printed on standard output
 */
export async function run(words, options = {}) {
  const all = [...words, ...Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === null || value === false) return [];
    if (name === 'D') return Object.entries(value).map(([key, setting]) => `-D${key}=${setting}`);
    const option = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
    return [value === true ? option : `${option}=${value}`]; // arrays are joined by commas
  })];
  const child = spawn(process.env.DRIFTMOE || CHECKOUT, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', err = '';
  child.stdout.setEncoding('utf8').on('data', text => { out += text; });
  child.stderr.setEncoding('utf8').on('data', text => { err = (err + text).slice(-100_000); });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) {
    const lines = err.trimEnd().split('\n');
    throw new CommandError(lines.findLast(line => /^driftmoe( [a-z-]+)*: /.test(line)) ?? lines.at(-1), code);
  }
  return out;
}

/**
 * Compares learners on streams: `driftmoe bench`.
 * @param {object} options such as { streams: ['led_a'], learners: ['adaptive'], events: 20_000 }
 * @returns {Promise<object[]>} a row for each run, as benchmarks/README.md explains the columns
 */
export async function bench(options) {
  const temporary = await mkdtemp(join(tmpdir(), 'driftmoe-bench-'));
  try {
    const out = options.out ?? temporary;
    await run(['bench'], { ...options, out });
    const [names, ...rows] = table(await readFile(join(out, 'results.csv'), 'utf8'));
    return rows.map(row => Object.fromEntries(
      row.map((text, i) => [names[i], !TEXTS.includes(names[i]) && NUMBER.test(text) ? Number(text) : text])));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What saved models have learned, an object for each: `driftmoe inspect --json`. */
export async function inspect(file, options = {}) {
  const lines = (await run(['inspect', file], { ...options, json: true })).split('\n');
  return lines.filter(Boolean).map(line => JSON.parse(line));
}

/** Rows of a CSV file as RFC 4180 has it. */
function table(text) {
  const rows = [[]];
  for (const [field, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (field === '' && rows.at(-1).length === 0) continue; // the end of the text
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.filter(row => row.length > 0);
}
