// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes: those of the Java build, in both directions.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { Kinds, UnreadableRecord } from '../index.mjs';

const ROOT = new URL('../../../', import.meta.url);
const GOLDEN = new URL('schemas/src/test/resources/golden/', ROOT);
const kinds = new Kinds();
const golden = name => readFileSync(new URL(name, GOLDEN));
const files = end => readdirSync(GOLDEN).filter(name => name.endsWith(end));

test('what is written equals the bytes of Java', () => {
  const time = 1_767_225_600_000;
  const event = { modelKey: 'turbine-7', eventId: 'e-1', eventTime: time, features: [0.1, null, 'grün', -0, 1e-300],
    label: 'UP' };
  const label = { modelKey: 'turbine-7', eventId: 'e-1', label: 'DOWN', eventTime: time + 5000 };

  for (const [name, expected] of Object.entries({ FeatureEvent: event, LabelEvent: label })) {
    const record = kinds.decode(golden(`${name}.bin`));
    assert.deepEqual(record, { ...record, ...expected });
    assert.deepEqual(kinds.get(name).encode({ ...record, ...expected }), golden(`${name}.bin`));
  }
  const event2 = { modelKey: 'k', eventId: '1', eventTime: 1, features: [1] }; // what has a default may be left out
  assert.equal(kinds.decode(kinds.get('FeatureEvent').encode(event2)).label, null);
});

test('headers are those of the documentation', () => {
  const readme = readFileSync(new URL('examples/README.md', ROOT), 'utf8');
  const documented = [...readme.matchAll(/\| `(\w+)` \| `driftmoe\.[a-z-]+` \| `(c301[0-9a-f]{16})` \|/g)];
  assert.ok(documented.length >= 6);
  for (const [, name, header] of documented) assert.equal(kinds.get(name).header.toString('hex'), header);
});

test('former layouts have defaults for what they lack', () => {
  const former = files('.bin').filter(name => name.includes('-'));
  assert.ok(former.length >= 11);
  for (const name of former) {
    const record = kinds.decode(golden(name));
    assert.deepEqual(Object.keys(record), kinds.get(name.split('-')[0]).fields.map(field => field.name), name);
  }
  const drift = kinds.decode(golden('DriftEvent-1.bin'));
  assert.deepEqual([drift.kind, drift.expert, drift.errorBefore, drift.affectedExperts], ['DRIFT', 3, -1, []]);
});

test('a newer schema is resolved once it is given', () => {
  const schema = JSON.parse(readFileSync(new URL('schemas/src/main/avro/LabelEvent.avsc', ROOT), 'utf8'));
  schema.fields.push({ name: 'source', type: 'string' });
  const newer = new Kinds([schema]);
  const before = new Set(kinds.get('LabelEvent').writers.keys());
  const header = [...newer.get('LabelEvent').writers.keys()].find(writer => !before.has(writer));
  const message = Buffer.concat([Buffer.from(header, 'hex'), golden('LabelEvent.bin').subarray(10), Buffer.from([2, 97])]);

  assert.throws(() => kinds.decode(message), /not known here, of fingerprint 0x[0-9a-f]{16}/);
  assert.deepEqual(newer.decode(message), kinds.decode(golden('LabelEvent.bin')));
});

test('JSON gives what Avro gives', () => {
  const all = files('.json');
  assert.ok(all.length >= 6);
  for (const name of all) {
    const record = kinds.decode(golden(name.replace('.json', '.bin')), ['UP', 'DOWN']);
    if (record.gateWeights !== undefined) {
      assert.deepEqual(record.probabilities, { UP: 0.75, DOWN: 0.25 });
      assert.deepEqual(record.gateWeights, [0.5, 0.3, 0.2]);
      record.gateWeights = { 'forest 0': 0.5, 'naive-bayes 1': 0.3, weather: 0.2 };
    }
    assert.deepEqual(kinds.decode(golden(name)), record, name);
  }
  const letter = { ...JSON.parse(golden('DeadLetter.json')), key: 'w+8=', keyBase64: true };
  assert.deepEqual(kinds.decode(Buffer.from(JSON.stringify(letter))).key, Buffer.from([0xC3, 0xEF]));
});

test('damage is named', () => {
  const event = golden('FeatureEvent.bin');
  for (const [message, reason] of [
    [null, /empty/],
    [Buffer.from([0xC3]), /neither Avro/],
    [Buffer.from([0, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6]), /neither Avro.*0000000007/],
    [event.subarray(0, -1), /malformed FeatureEvent/],
    [Buffer.concat([event, event]), /malformed FeatureEvent/],
    [Buffer.from('{"type": "Pred'), /malformed JSON/],
    [Buffer.from('{"type": "LabelEvent"}'), /LabelEvent without modelKey/],
  ]) {
    assert.throws(() => kinds.decode(message), error => error instanceof UnreadableRecord && reason.test(error.message));
  }
});
