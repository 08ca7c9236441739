// SPDX-License-Identifier: GPL-3.0-or-later
// What needs no broker; ExamplesIT has one.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Kafka, Partitioners } from 'kafkajs';
import { Client, CommandError, bench, inspect, run } from '../index.mjs';

test('records lie where Java puts them', () => {
  const [, ...rows] = readFileSync(new URL('../../partitions.csv', import.meta.url), 'utf8').trim().split('\n');
  assert.ok(rows.length > 8);
  const partition = Partitioners.DefaultPartitioner();
  const partitionMetadata = [0, 1, 2, 3].map(partitionId => ({ partitionId, leader: 1 }));
  for (const row of rows) {
    const [key, expected] = row.split(',');
    assert.equal(partition({ topic: 't', partitionMetadata, message: { key } }), Number(expected), key);
  }
});

test('what does not fit is refused', () => {
  const attributes = ['temperature', { name: 'colour', values: ['red', 'blue'] }];
  const client = new Client({ attributes, classes: ['ok', 'fault'] });
  for (const [features, reason] of [
    [{ temprature: 1 }, /no attribute 'temprature'; those are temperature, colour/],
    [[1], /expected 2 features, got 1/],
    [['warm', 'red'], /temperature is numeric/],
    [[1, 2], /colour is nominal/],
    [[Infinity, 'red'], /must be finite/],
    [[true, 'red'], /temperature must be a number/],
  ]) {
    assert.throws(() => client.send(features), reason);
  }
  assert.throws(() => client.label('1', 'bad'), /no class 'bad'; those are ok, fault/);
  assert.throws(() => new Client().send({ a: 1 }), /by name need the attributes/);
});

test('an unknown topic is named', async () => {
  await assert.rejects(async () => { for await (const record of new Client().read(['prediction'])) assert.fail(record); },
    /no topic 'prediction'/);
});

test('a broker that is away is an error of flush', async () => {
  const client = new Client({ bootstrap: 'localhost:1', kafka: { logLevel: 0, retry: { retries: 0 } } });
  client.send([1]);
  await assert.rejects(client.flush(), /ECONNREFUSED|Connection error/);
});

test('flush sends what came at any time while others were sent', async context => {
  const sent = [];
  let afterwards = () => {};
  context.mock.method(Kafka.prototype, 'producer', () => ({
    connect: async () => {},
    disconnect: async () => {},
    sendBatch: async ({ topicMessages }) => {
      sent.push(...topicMessages.flatMap(({ messages }) => messages.map(({ key }) => key)));
      afterwards();
    },
  }));
  for (let steps = 0; steps < 12; steps++) {
    const client = new Client();
    sent.length = 0;
    const flushed = new Promise((resolve, reject) => {
      afterwards = async () => {
        afterwards = () => {};
        for (let step = 0; step < steps; step++) await null;
        client.send([2], { key: 'second' });
        client.flush().then(resolve, reject);
      };
    });
    client.send([1], { key: 'first' });
    await flushed;
    assert.deepEqual(sent, ['first', 'second'], `after ${steps} steps`);
    await client.close();
  }
});

test('the command, with a script in its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'driftmoe-test-'));
  const script = join(folder, 'driftmoe');
  writeFileSync(script, `#!${process.execPath}
const fs = require('fs');
const words = process.argv.slice(2);
fs.writeFileSync(${JSON.stringify(join(folder, 'words'))}, JSON.stringify(words));
if (words[0] === 'bench') {
  const out = words.find(word => word.startsWith('--out=')).slice(6);
  fs.writeFileSync(out + '/results.csv', 'stream,learner,accuracy,commit,failure\\nsea_a,"a, ""b""",83.25,123456,\\n'
    + 'sea_a,c,,123456,"boom\\nit said"\\n');
} else if (words[0] === 'inspect') {
  console.log('{"modelKey": "a"}\\n{"modelKey": "b"}');
} else {
  console.error('progress\\ndriftmoe job: give --config FILE\\nWARNING: of the JVM');
  process.exit(2);
}`);
  chmodSync(script, 0o755);
  process.env.DRIFTMOE = script;
  try {
    assert.deepEqual(await bench({ streams: ['sea_a'], seeds: [1, 2], labelDelay: 5, D: { 'a.b': 1 } }), [
      { stream: 'sea_a', learner: 'a, "b"', accuracy: 83.25, commit: '123456', failure: '' },
      { stream: 'sea_a', learner: 'c', accuracy: '', commit: '123456', failure: 'boom\nit said' }]);
    const words = JSON.parse(readFileSync(join(folder, 'words'), 'utf8'));
    assert.deepEqual(words.slice(0, 5), ['bench', '--streams=sea_a', '--seeds=1,2', '--label-delay=5', '-Da.b=1']);
    assert.deepEqual(await inspect('m.bin', { depth: 2 }), [{ modelKey: 'a' }, { modelKey: 'b' }]);
    await assert.rejects(run(['job']), error => error instanceof CommandError && error.exitCode === 2
      && error.message === 'driftmoe job: give --config FILE');
  } finally {
    delete process.env.DRIFTMOE;
  }
});
