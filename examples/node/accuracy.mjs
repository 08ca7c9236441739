#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// The accuracy of a job's predictions is, to the last digit, the one that `driftmoe bench` finds on the same events.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, bench } from '../../clients/node/index.mjs';

const EVENTS = 1500;
const { values: options } = parseArgs({ options: {
  bootstrap: { type: 'string', default: 'localhost:9092' }, // the Kafka brokers
  topics: { type: 'string', default: 'driftmoe.' }, // what the names of the topics begin with
} });
const key = `accuracy-${Date.now()}`; // a model of its own, which has learned nothing
const job = new Client({ ...options, key, attributes: ['temperature', 'load'], classes: ['ok', 'fault'] });

let state = 1;
const dice = () => (state = state * 48271 % 2147483647) / 2147483647; // Park and Miller, 1988
const events = Array.from({ length: EVENTS }, (_, i) => {
  const [temperature, load] = [dice(), dice()];
  const hotIsWrong = i < EVENTS / 2; // then what is normal changes: the drift
  return { temperature, load, state: (temperature + 0.2 * load > 0.6) === hotIsWrong ? 'fault' : 'ok' };
});

// With its label in the record an event is learned before the next one is predicted, as the library does it.
events.forEach(({ state: label, ...features }, i) => job.send(features, { id: `${i}`, label }));
await job.flush();
const predicted = new Map();
for await (const prediction of job.predictions({ key, wait: 60_000 })) {
  predicted.set(prediction.eventId, prediction.predictedClass);
  if (predicted.size === EVENTS) break;
}
let metrics;
for await (const report of job.metrics({ key })) metrics = report;
await job.close();
const right = events.filter(({ state: name }, i) => predicted.get(`${i}`) === name).length;
const accuracy = 100 * (right / EVENTS);
console.log(`${predicted.size} predictions, ${right} right: accuracy ${accuracy} %`);
console.log(`the job's own report, of ${metrics.labels} labels: ${metrics.accuracy} %`);

const folder = mkdtempSync(join(tmpdir(), 'driftmoe-accuracy-'));
writeFileSync(join(folder, 'events.arff'), '@relation events\n@attribute temperature numeric\n@attribute load numeric\n'
  + '@attribute state {ok, fault}\n@data\n' + events.map(e => `${e.temperature},${e.load},${e.state}\n`).join(''));
const [library] = await bench({ data: join(folder, 'events.arff'), class: 'state', learners: ['adaptive'] });
rmSync(folder, { recursive: true });
console.log(`library: ${library.accuracy} %`);
if (library.accuracy !== accuracy) {
  console.error('they differ');
  process.exitCode = 1;
}
