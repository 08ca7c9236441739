#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// What client.mjs does, with nothing but Avro and Kafka: how to speak to a job from other languages.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import avro from 'avsc';
import { Kafka, logLevel } from 'kafkajs';

const EVENTS = 2000, RATE = 500, LABEL_DELAY = 20, PATIENCE = 60_000; // a second; in events; milliseconds
const SCHEMAS = new URL('../../schemas/src/main/avro/', import.meta.url);
const CRC_64_AVRO = 0xC15D213AA4D7A795n;

/** A kind of record in Avro's single-object encoding: C3 01, fingerprint of the schema, body. */
class Record {
  constructor(name) {
    this.type = avro.Type.forSchema(JSON.parse(readFileSync(new URL(`${name}.avsc`, SCHEMAS), 'utf8')));
    let fingerprint = CRC_64_AVRO;
    for (const byte of Buffer.from(JSON.stringify(this.type.schema()))) {
      fingerprint ^= BigInt(byte);
      for (let bit = 0; bit < 8; bit++) fingerprint = (fingerprint >> 1n) ^ (fingerprint & 1n ? CRC_64_AVRO : 0n);
    }
    this.header = Buffer.from([0xC3, 0x01, 0, 0, 0, 0, 0, 0, 0, 0]);
    this.header.writeBigUInt64LE(fingerprint, 2);
  }

  encode(value) {
    return Buffer.concat([this.header, this.type.toBuffer(value)]);
  }

  decode(message) {
    if (!message.subarray(0, 10).equals(this.header)) return null; // written by an older or newer job
    return this.type.fromBuffer(message.subarray(10));
  }
}

const { values: options } = parseArgs({ options: {
  bootstrap: { type: 'string', default: 'localhost:9092' }, // the Kafka brokers
  key: { type: 'string', default: 'example-node-wire' }, // the model key
  topics: { type: 'string', default: 'driftmoe.' }, // what the names of the topics begin with
} });
const kafka = new Kafka({ brokers: options.bootstrap.split(','), logLevel: logLevel.ERROR });

/** Returns the true class of each event by its id. */
async function send(run) {
  const event = new Record('FeatureEvent'), label = new Record('LabelEvent');
  const producer = kafka.producer({ maxInFlightRequests: 1 }); // in order; the job drops what comes twice
  await producer.connect();
  const sending = [], classes = [], start = Date.now();
  const put = (topic, record, number, fields) => sending.push(producer.send({
    topic: options.topics + topic,
    messages: [{ key: options.key, value: record.encode(
      { modelKey: options.key, eventId: `${run}-${number}`, eventTime: Date.now(), ...fields }) }],
  }));
  for (let i = 0; i < EVENTS + LABEL_DELAY; i++) {
    await sleep(Math.max(0, start + i * 1000 / RATE - Date.now()));
    if (i < EVENTS) {
      const [temperature, load] = [Math.random(), Math.random()];
      const hotIsWrong = i < EVENTS / 2; // then what is normal changes: the drift
      classes.push((temperature > 0.5) === hotIsWrong ? 'fault' : 'ok');
      put('features', event, i, { features: [temperature, load], label: null, explain: false });
    }
    if (i >= LABEL_DELAY) put('labels', label, i - LABEL_DELAY, { label: classes[i - LABEL_DELAY] });
  }
  await Promise.all(sending);
  await producer.disconnect();
  return new Map(classes.map((name, i) => [`${run}-${i}`, name]));
}

/** Returns the predictions of these events, and the drifts of the whole mixture, in the order of the topics. */
async function read(classes) {
  const prediction = new Record('PredictionEvent'), drift = new Record('DriftEvent');
  const predictions = new Map(), drifts = [];
  // reads what is committed, unless told otherwise
  const consumer = kafka.consumer({ groupId: options.key, maxWaitTimeInMs: 500 });
  await consumer.connect();
  const topics = [`${options.topics}predictions`, `${options.topics}drift-events`];
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ topic, message }) => {
    const isPrediction = topic === topics[0];
    const record = (isPrediction ? prediction : drift).decode(message.value);
    if (record?.modelKey !== options.key || !classes.has(record.eventId)) return;
    if (isPrediction) predictions.set(record.eventId, record);
    else if (record.kind === 'DRIFT' && record.expert === null) drifts.push(record);
  } });
  const end = Date.now() + PATIENCE;
  while (Date.now() < end && (predictions.size < classes.size || drifts.length === 0)) await sleep(50);
  await consumer.disconnect();
  return { predictions, drifts };
}

const classes = await send(Date.now());
console.log(`sent ${classes.size} events and their labels`);
const { predictions, drifts } = await read(classes);
const right = [...predictions].filter(([id, record]) => record.predictedClass === classes.get(id)).length;
console.log(`${predictions.size} predictions, ${right} right`);
for (const record of drifts) console.log(`drift at event ${record.eventId}: ${record.description}`);
if (predictions.size < classes.size || drifts.length === 0) {
  console.error('not all came in time: does the job run?');
  process.exitCode = 1;
}
