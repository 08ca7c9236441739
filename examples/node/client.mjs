#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Sends events and late labels to a DriftMoE job, and reads its predictions and drift events.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '../../clients/node/index.mjs';

const EVENTS = 2000, RATE = 500, LABEL_DELAY = 20, PATIENCE = 60_000; // a second; in events; milliseconds

const { values: options } = parseArgs({ options: {
  bootstrap: { type: 'string', default: 'localhost:9092' }, // the Kafka brokers
  key: { type: 'string', default: 'example-node' }, // the model key
  topics: { type: 'string', default: 'driftmoe.' }, // what the names of the topics begin with
} });
const job = new Client({ ...options, attributes: ['temperature', 'load'], classes: ['ok', 'fault'] });

/** Returns the true class of each event by its id. */
async function send(run) {
  const classes = [], start = Date.now();
  for (let i = 0; i < EVENTS + LABEL_DELAY; i++) {
    await sleep(Math.max(0, start + i * 1000 / RATE - Date.now()));
    if (i < EVENTS) {
      const [temperature, load] = [Math.random(), Math.random()];
      const hotIsWrong = i < EVENTS / 2; // then what is normal changes: the drift
      classes.push((temperature > 0.5) === hotIsWrong ? 'fault' : 'ok');
      job.send({ temperature, load }, { id: `${run}-${i}` });
    }
    if (i >= LABEL_DELAY) job.label(`${run}-${i - LABEL_DELAY}`, classes[i - LABEL_DELAY]);
  }
  await job.flush();
  return new Map(classes.map((name, i) => [`${run}-${i}`, name]));
}

/** Returns the predictions of these events, and the drifts of the whole mixture, in the order of the topics. */
async function read(classes) {
  const predictions = new Map(), drifts = [];
  const records = job.read(['predictions', 'drift-events'], { key: options.key, wait: PATIENCE });
  for await (const { topic, value } of records) {
    if (!classes.has(value.eventId)) continue; // of a former run
    if (topic === 'predictions') predictions.set(value.eventId, value);
    else if (value.kind === 'DRIFT' && value.expert === null) drifts.push(value);
    if (predictions.size === classes.size && drifts.length > 0) break;
  }
  return { predictions, drifts };
}

const classes = await send(Date.now());
console.log(`sent ${classes.size} events and their labels`);
const { predictions, drifts } = await read(classes);
await job.close();
const right = [...predictions].filter(([id, record]) => record.predictedClass === classes.get(id)).length;
console.log(`${predictions.size} predictions, ${right} right`);
for (const record of drifts) console.log(`drift at event ${record.eventId}: ${record.description}`);
if (predictions.size < classes.size || drifts.length === 0) {
  console.error('not all came in time: does the job run?');
  process.exitCode = 1;
}
