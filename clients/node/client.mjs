// SPDX-License-Identifier: GPL-3.0-or-later
// Events, labels, predictions and drifts of a job, by way of its topics.
import { randomUUID } from 'node:crypto';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import { Kinds, UnreadableRecord } from './records.mjs';

const ROLES = ['features', 'labels', 'predictions', 'drift-events', 'metrics', 'dead-letters', 'explanations'];
const FULL = 10_000, RESUMED = 1_000; // records read ahead

/**
 * Sends events and labels to a job, and reads what it writes. It connects when it is first used. Close it at the end,
 * so that nothing sent stays behind.
 */
export class Client {
  #kinds;
  #kafka;
  #producer = null;
  #waiting = []; // to be sent: {topic, message}
  #sending = null;
  #failure = null;

  /**
   * @param {object} [settings]
   * @param {string} [settings.bootstrap] host:port of brokers, several separated by commas
   * @param {string} [settings.key] the model key that is meant where a call names none
   * @param {(string | {name: string, values?: string[]})[]} [settings.attributes] of the events, by position, nominal
   *   ones with their values; left out: features are arrays, and the job alone checks them
   * @param {string[]} [settings.classes] names of the classes; left out: the job alone checks labels
   * @param {string | Object<string, string>} [settings.topics] what their names begin with, or names by role
   * @param {object} [settings.kafka] settings of kafkajs, such as ssl and sasl
   * @param {object[]} [settings.schemas] Avro schemas of newer versions that write to the topics
   */
  constructor({ bootstrap = 'localhost:9092', key = 'default', attributes, classes, topics = 'driftmoe.',
    kafka = {}, schemas = [] } = {}) {
    this.key = key;
    this.attributes = attributes?.map(a => (typeof a === 'string' ? { name: a } : a));
    this.classes = classes;
    this.topics = Object.fromEntries(ROLES.map(
      role => [role, typeof topics === 'string' ? topics + role : topics[role] ?? `driftmoe.${role}`]));
    this.#kinds = new Kinds(schemas);
    this.#kafka = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.ERROR, ...kafka });
  }

  /**
   * Sends an event to be predicted; `flush` says whether it arrived.
   * @param {Object<string, number | string | null> | (number | string | null)[]} features by the names of the
   *   attributes, of which some may be missing, or all of them by position; null or NaN: missing
   * @param {{id?: string, key?: string, time?: number | Date, label?: string, explain?: boolean}} [event]
   *   id unique under the model key,
   *   a random one by default; time when it happened, now by default; label its class where that is known already;
   *   explain whether its prediction is to be explained, where the job does that on request
   * @returns {string} the id
   */
  send(features, { id = randomUUID(), key = this.key, time = Date.now(), label = null, explain = false } = {}) {
    const values = this.#features(features);
    if (label !== null) this.#checkClass(label);
    this.#put('features', 'FeatureEvent', key,
      { eventId: id, eventTime: Number(time), features: values, label, ...(explain && { explain }) });
    return id;
  }

  /**
   * Sends the true class of an event, which may come before the event.
   * @param {string} id of the event
   * @param {string} label name of the class
   * @param {{key?: string, time?: number | Date}} [how] time when it became known
   */
  label(id, label, { key = this.key, time = Date.now() } = {}) {
    this.#checkClass(label);
    this.#put('labels', 'LabelEvent', key, { eventId: id, label, eventTime: Number(time) });
  }

  /** Waits until the broker has all that was sent; throws where it did not take all of it. */
  async flush() {
    while (this.#sending !== null) await this.#sending;
    if (this.#failure !== null) {
      const failure = this.#failure;
      this.#failure = null;
      throw failure;
    }
  }

  /** Waits until the broker has all that was sent, and disconnects. The client may be used again. */
  async close() {
    try {
      await this.flush();
    } finally {
      await this.#producer?.disconnect();
      this.#producer = null;
    }
  }

  predictions(how) { return this.#values('predictions', how); }

  driftEvents(how) { return this.#values('drift-events', how); }

  metrics(how) { return this.#values('metrics', how); }

  deadLetters(how) { return this.#values('dead-letters', how); }

  explanations(how) { return this.#values('explanations', how); }

  async* #values(role, how) {
    for await (const { value } of this.read([role], how)) yield value;
  }

  /**
   * Reads topics of the job, committed records alone, in a consumer group of its own that keeps nothing.
   * @param {string[]} roles of the topics, such as ['predictions', 'drift-events']
   * @param {object} [how]
   * @param {string} [how.key] only records of this model key; dead letters have none, and all come
   * @param {'beginning' | 'end'} [how.start]
   * @param {number} [how.wait] milliseconds without a further record after which it ends; Infinity: never
   * @param {'strict' | 'ignore'} [how.errors] whether what is no record of a job is an error or left out
   * @returns {AsyncGenerator<{topic: string, value: object, key: Buffer | null, partition: number, offset: string}>}
   *   topic is its role
   */
  async* read(roles, { key, start = 'beginning', wait = 2_000, errors = 'strict' } = {}) {
    const names = new Map(roles.map(role => [this.#topic(role), role]));
    const consumer = this.#kafka.consumer({ groupId: `driftmoe-client-${randomUUID()}`, maxWaitTimeInMs: 100,
      allowAutoTopicCreation: false });
    const found = [], next = new Map(); // what is to be handed over; the first offset of each partition not seen yet
    let failure = null, wake = () => {}, silentSince = Infinity, paused = false;
    consumer.on(consumer.events.FETCH, () => { silentSince = Math.min(silentSince, Date.now()); });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) failure ??= payload.error;
      wake();
    });
    const each = async ({ topic, partition, message }) => {
      const place = `${topic}-${partition}`, offset = BigInt(message.offset);
      if (offset < (next.get(place) ?? 0n)) return; // after a rebalance it begins again
      next.set(place, offset + 1n);
      try {
        const value = this.#kinds.decode(message.value, this.classes);
        if (key !== undefined && (value.modelKey ?? key) !== key) return;
        found.push({ topic: names.get(topic), value, key: message.key, partition, offset: message.offset });
      } catch (e) {
        if (!(e instanceof UnreadableRecord)) throw e;
        if (errors === 'ignore') return;
        e.message = `${topic}, partition ${partition}, offset ${offset}: ${e.message}`;
        found.push({ failure: e });
      }
      if (found.length > FULL && !paused) {
        paused = true;
        consumer.pause([...names.keys()].map(name => ({ topic: name })));
      }
      wake();
    };
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...names.keys()], fromBeginning: start === 'beginning' });
      await consumer.run({ autoCommit: false, eachMessage: each });
      for (;;) {
        while (found.length > 0) {
          const message = found.shift();
          if (message.failure) throw message.failure;
          yield message;
          silentSince = Date.now();
        }
        if (failure !== null) throw failure;
        if (paused && found.length < RESUMED) {
          paused = false;
          consumer.resume([...names.keys()].map(name => ({ topic: name })));
        }
        if (Date.now() - silentSince > wait) return;
        await new Promise(resolve => {
          wake = resolve;
          setTimeout(resolve, 50);
        });
      }
    } finally {
      await consumer.disconnect();
    }
  }

  #topic(role) {
    if (!ROLES.includes(role)) throw new RangeError(`no topic '${role}' of a job; those are ${ROLES.join(', ')}`);
    return this.topics[role];
  }

  #put(role, kind, key, record) {
    const value = this.#kinds.get(kind).encode({ modelKey: key, ...record });
    this.#waiting.push({ topic: this.topics[role], message: { key, value } });
    this.#start();
  }

  #start() {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
      if (this.#waiting.length > 0) this.#start(); // came after the last look at them
    });
  }

  /** One request after the other, so that records stay in order; what comes meanwhile goes together. */
  async #sendAll() {
    try {
      if (this.#producer === null) {
        this.#producer = this.#kafka.producer({ maxInFlightRequests: 1, allowAutoTopicCreation: false,
          createPartitioner: Partitioners.DefaultPartitioner }); // where Java's producer would put a key
        await this.#producer.connect();
      }
      await null; // until whoever sends has sent all that is at hand
      while (this.#waiting.length > 0) {
        const topics = new Map();
        for (const { topic, message } of this.#waiting.splice(0, FULL)) {
          topics.set(topic, [...(topics.get(topic) ?? []), message]);
        }
        const topicMessages = [...topics].map(([topic, messages]) => ({ topic, messages }));
        await this.#producer.sendBatch({ topicMessages });
      }
    } catch (e) {
      this.#waiting = [];
      this.#failure ??= e;
    }
  }

  #features(features) {
    const attributes = this.attributes;
    let values = features;
    if (!Array.isArray(features)) {
      if (attributes === undefined) throw new TypeError('features by name need the attributes of the client');
      const positions = new Map(attributes.map(({ name }, i) => [name, i]));
      values = attributes.map(() => null);
      for (const [name, value] of Object.entries(features)) {
        if (!positions.has(name)) {
          throw new RangeError(`no attribute '${name}'; those are ${[...positions.keys()].join(', ')}`);
        }
        values[positions.get(name)] = value;
      }
    } else if (attributes !== undefined && values.length !== attributes.length) {
      throw new RangeError(`expected ${attributes.length} features, got ${values.length}`);
    }
    return values.map((value, i) => {
      const name = attributes?.[i].name ?? i;
      if (value === null || value === undefined || Number.isNaN(value)) return null;
      const isNumber = typeof value === 'number';
      if (!isNumber && typeof value !== 'string') {
        throw new TypeError(`feature ${name} must be a number, a text or null, got ${value}`);
      }
      if (attributes !== undefined && isNumber === Boolean(attributes[i].values?.length)) {
        const kind = isNumber ? 'nominal and takes a text' : 'numeric and takes a number';
        throw new TypeError(`feature ${name} is ${kind}, got ${value}`);
      }
      if (isNumber && !Number.isFinite(value)) throw new RangeError(`feature ${name} must be finite, got ${value}`);
      return value;
    });
  }

  #checkClass(label) {
    if (this.classes !== undefined && !this.classes.includes(label)) {
      throw new RangeError(`no class '${label}'; those are ${this.classes.join(', ')}`);
    }
  }
}
