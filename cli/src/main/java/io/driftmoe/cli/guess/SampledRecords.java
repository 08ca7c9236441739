// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.flink.TopicSample;
import io.driftmoe.streams.FieldProfile;
import io.driftmoe.streams.FieldProfile.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The fields of all records of a sample, with what they hold. */
final class SampledRecords {
  /** Of all fields together: with 10,000 fields some hundred records are looked at. */
  private static final long MOST_CELLS = 2_000_000;

  private static final int MOST_FIELDS = 20_000;
  private static final String KEY = "key:";
  // Keys of models come again far more often than rows change.
  private static final int ROWS = 5;

  private final TopicSample sample;
  private final RecordFields format;
  private final FieldProfile.Memory memory = new FieldProfile.Memory();
  private final Map<FieldAt, SampledField> fields = new LinkedHashMap<>();
  private final Map<FieldAt, SampledField> keyFields = new LinkedHashMap<>();
  private final SampledField wholeKey = SampledField.wholeKey(memory);
  private long records;
  private long tombstones;
  private long unreadable;
  private String fault = "";
  private long cells;
  private long unnamed;
  private long textKeys;
  private long binaryKeys;
  private long noKeys;
  private long recordKeys;

  private SampledRecords(TopicSample sample, RecordFields format) {
    this.sample = sample;
    this.format = format;
  }

  /** Reads the fields of all records that can be read. */
  static SampledRecords of(TopicSample sample, RecordFields format) {
    SampledRecords read = new SampledRecords(sample, format);
    for (ConsumerRecord<byte[], byte[]> record : sample.records()) {
      if (read.cells < MOST_CELLS) {
        read.add(record);
      }
    }
    return read;
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      tombstones++;
      return;
    }
    String key = record.key() == null ? null : format.text(record.key());
    try {
      format.read(value, new Taken(fields, "", record.timestamp(), key));
    } catch (UnreadableRecordException e) {
      unreadable++;
      if (fault.isEmpty()) {
        fault =
            "partition %s, offset %s: %s"
                .formatted(record.partition(), record.offset(), e.getMessage());
      }
      return;
    }
    records++;
    addKey(record, key);
  }

  private void addKey(ConsumerRecord<byte[], byte[]> record, @Nullable String key) {
    byte[] bytes = record.key();
    if (bytes == null) {
      noKeys++;
      return;
    }
    try {
      format.read(bytes, new Taken(keyFields, KEY, record.timestamp(), null));
      recordKeys++;
    } catch (UnreadableRecordException e) {
      if (key == null) {
        binaryKeys++;
      } else {
        textKeys++;
        wholeKey.profile().observe(Kind.TEXT, key, records, record.timestamp());
      }
    }
  }

  /** Takes in the fields of one record. */
  private final class Taken implements FieldSink {
    private final Map<FieldAt, SampledField> into;
    private final String prefix;
    private final long time;
    private final @Nullable String key;

    private Taken(Map<FieldAt, SampledField> into, String prefix, long time, @Nullable String key) {
      this.into = into;
      this.prefix = prefix;
      this.time = time;
      this.key = key;
    }

    @Override
    public void field(FieldAt at, Kind kind, String text) {
      SampledField field = find(at);
      if (field != null) {
        cells++;
        field.profile().observe(kind, text, records + 1, time);
        if (text.equals(key) && kind != Kind.NULL && kind != Kind.OTHER) {
          field.countSameAsKey();
        }
      }
    }

    @Override
    public void object(FieldAt at) {
      SampledField field = find(at);
      if (field != null) {
        field.profile().observe(Kind.OTHER, "", records + 1, time);
        field.countObject();
      }
    }

    @Override
    public void list(FieldAt at, int length) {
      SampledField field = find(at);
      if (field != null) {
        field.profile().observe(Kind.OTHER, "", records + 1, time);
        field.countList(length);
      }
    }

    private @Nullable SampledField find(FieldAt at) {
      SampledField known = into.get(at);
      if (known != null) {
        return known;
      }
      if (!at.hasPath() || fields.size() + keyFields.size() >= MOST_FIELDS) {
        unnamed++;
        return null;
      }
      SampledField field = new SampledField(at, prefix, memory);
      into.put(at, field);
      return field;
    }
  }

  TopicSample sample() {
    return sample;
  }

  /** Records that could be read. */
  long records() {
    return records;
  }

  /** Records without a value. */
  long tombstones() {
    return tombstones;
  }

  /** Records that could not be read. */
  long unreadable() {
    return unreadable;
  }

  /** Where the first record is that could not be read, and why. */
  String fault() {
    return fault;
  }

  /** Values of fields that no configuration can name, or beyond the first 20,000. */
  long unnamed() {
    return unnamed;
  }

  /** Fields of the values, by first appearance. */
  Collection<SampledField> fields() {
    return fields.values();
  }

  /** Fields of the Kafka keys, where these are records; where they are texts, the whole key. */
  Collection<SampledField> keyFields() {
    return textKeys > 0 ? List.of(wholeKey) : keyFields.values();
  }

  /** Whether Kafka keys may be those of rows, which come again when they change. */
  boolean hasKeysOfRows() {
    long different = wholeKey.profile().different();
    return textKeys == records && different < records && different * ROWS > records;
  }

  Optional<SampledField> field(String path) {
    return fields.values().stream().filter(field -> field.path().equals(path)).findFirst();
  }

  /** The list that a field is an item of, where it is one. */
  Optional<SampledField> listOf(SampledField field) {
    FieldAt parent = field.at().parent();
    return parent == null
        ? Optional.empty()
        : Optional.ofNullable(fields.get(parent)).filter(SampledField::isList);
  }

  /** Kafka keys that are text and no records. */
  FieldProfile keys() {
    return wholeKey.profile();
  }

  long noKeys() {
    return noKeys;
  }

  long textKeys() {
    return textKeys;
  }

  long binaryKeys() {
    return binaryKeys;
  }

  long recordKeys() {
    return recordKeys;
  }
}
