// SPDX-License-Identifier: GPL-3.0-or-later
// The records on a job's topics: Avro's single-object encoding, and JSON where a job writes that.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import avro from 'avsc';

const SCHEMAS = new URL('../../schemas/src/main/', import.meta.url); // of the checkout
const PRESENT = new URL('avro/', SCHEMAS), FORMER = new URL('resources/io/driftmoe/schemas/', SCHEMAS);
const HEADER_BYTES = 10;
const CRC_64_AVRO = 0xC15D213AA4D7A795n;

/** A Kafka record that is none of a job's, or was written by a version whose schema is not known here. */
export class UnreadableRecord extends Error {}

/** Marker C3 01 and the CRC-64-AVRO fingerprint of the canonical form, little-endian. */
function header(type) {
  let fingerprint = CRC_64_AVRO;
  for (const byte of Buffer.from(JSON.stringify(type.schema()))) {
    fingerprint ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) fingerprint = (fingerprint >> 1n) ^ (fingerprint & 1n ? CRC_64_AVRO : 0n);
  }
  const bytes = Buffer.from([0xC3, 0x01, 0, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeBigUInt64LE(fingerprint, 2);
  return bytes;
}

/** Plain objects in place of the classes that avsc makes for records. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}

/** One kind of record, such as FeatureEvent, to and from bytes. */
class Kind {
  constructor(schema, writers) {
    this.name = schema.name;
    this.fields = schema.fields;
    this.type = avro.Type.forSchema(schema);
    this.header = header(this.type);
    this.writers = new Map([[this.header.toString('hex'), undefined]]);
    for (const writer of writers) {
      const type = avro.Type.forSchema(writer);
      this.writers.set(header(type).toString('hex'), this.type.createResolver(type));
    }
  }

  /** The bytes of a record; throws where a field is missing or of another type. */
  encode(value) {
    return Buffer.concat([this.header, this.type.toBuffer(value)]);
  }

  decode(message, classes) {
    let record;
    try {
      record = plain(this.type.fromBuffer(message.subarray(HEADER_BYTES),
        this.writers.get(message.toString('hex', 0, HEADER_BYTES))));
    } catch (e) {
      throw new UnreadableRecord(`malformed ${this.name} of ${message.length} bytes: ${e.message}`);
    }
    // what stands by position gets its names where these are known, as in JSON
    const names = { classes, experts: record.expertNames };
    for (const { name, namedBy } of this.fields) {
      const known = names[namedBy];
      if (known?.length && known.length === record[name].length) {
        record[name] = Object.fromEntries(known.map((k, i) => [k, record[name][i]]));
      }
    }
    return record;
  }

  /** A record that a job wrote as JSON, with the fields and the types that it has in Avro. */
  ofJson(json) {
    return Object.fromEntries(this.fields.map(({ name, default: fallback }) => {
      if (!(name in json) && fallback === undefined) throw new Error(`a ${this.name} without ${name}`);
      const value = name in json ? json[name] : fallback, isBase64 = json[`${name}Base64`];
      const isBytes = isBase64 !== undefined && typeof value === 'string';
      return [name, isBytes ? Buffer.from(value, isBase64 ? 'base64' : 'utf8') : value];
    }));
  }
}

/** All kinds of records, found by name, or by the header of a message. */
export class Kinds {
  #byName = new Map();
  #byHeader = new Map();

  /** @param {object[]} schemas further Avro schemas, such as of a newer version that writes to the topics */
  constructor(schemas = []) {
    const read = file => JSON.parse(readFileSync(file, 'utf8'));
    const former = existsSync(FORMER) ? readdirSync(FORMER) : [];
    for (const file of readdirSync(PRESENT).filter(name => name.endsWith('.avsc'))) {
      const schema = read(new URL(file, PRESENT));
      const older = former.filter(name => name.startsWith(`${schema.name}-`)).map(name => read(new URL(name, FORMER)));
      const kind = new Kind(schema, [...older, ...schemas.filter(({ name }) => name === schema.name)]);
      this.#byName.set(kind.name, kind);
      for (const writer of kind.writers.keys()) this.#byHeader.set(writer, kind);
    }
  }

  /** The kind with this name, such as FeatureEvent. */
  get(name) {
    return this.#byName.get(name);
  }

  /**
   * Reads a message of any kind: Avro by its fingerprint, or JSON where it begins with a brace. Either gives the
   * same record, but for weights of experts, whose names stand in JSON alone.
   * @param {Buffer | null} message
   * @param {string[]} [classes] by which probabilities are given, where they are known
   */
  decode(message, classes) {
    if (!message?.length) throw new UnreadableRecord('an empty message');
    if (message[0] === 0x7B) {
      try {
        const json = JSON.parse(message.toString('utf8'));
        return this.#byName.get(json.type)?.ofJson(json) ?? json;
      } catch (e) {
        throw new UnreadableRecord(`malformed JSON of ${message.length} bytes: ${e.message}`);
      }
    }
    if (message[0] !== 0xC3 || message[1] !== 0x01 || message.length < HEADER_BYTES) {
      throw new UnreadableRecord(
        `neither Avro in single-object encoding (C3 01) nor JSON: begins with ${message.toString('hex', 0, 8)}`);
    }
    const kind = this.#byHeader.get(message.toString('hex', 0, HEADER_BYTES));
    if (kind === undefined) {
      const fingerprint = message.readBigUInt64LE(2).toString(16).padStart(16, '0');
      throw new UnreadableRecord(`written with a schema that is not known here, of fingerprint 0x${fingerprint}: `
        + 'take the client of that version, or give it the schema (schemas)');
    }
    return kind.decode(message, classes);
  }
}
