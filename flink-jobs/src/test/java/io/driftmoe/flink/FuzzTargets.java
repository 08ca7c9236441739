// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.streams.DataFiles;
import io.driftmoe.streams.FileReading;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What {@link FuzzIT} has Jazzer call with bytes of its choice. Each takes any bytes as somebody
 * outside could send them, and throws where they do harm.
 */
final class FuzzTargets {
  private FuzzTargets() {}

  /** A message: it is decoded or has a dead letter that fits its topic. */
  static final class Messages {
    private static final int ROOM = 2_000;

    /** Jazzer's observer of comparisons crashes where an array is null. */
    private static final byte[] KEY = {'k'};

    private static final JobOptions OPTIONS = Events.options(Map.of());
    private static final EventDecoder DECODER = new EventDecoder(OPTIONS);
    private static final RecordFit FIT =
        new RecordFit(OPTIONS, OPTIONS.topics().deadLetters(), new TopicRoom(ROOM, false));

    static {
      DECODER.open(null);
    }

    private Messages() {}

    /** The first byte chooses the topic. */
    public static void fuzzerTestOneInput(byte[] data) {
      if (data.length == 0) {
        return;
      }
      String topic = data[0] == 0 ? OPTIONS.topics().features() : OPTIONS.topics().labels();
      byte[] value = Arrays.copyOfRange(data, 1, data.length);
      List<SourceRecord> records = new ArrayList<>(1);
      DECODER.deserialize(
          new ConsumerRecord<>(topic, 0, 0, KEY, value), new ListCollector<>(records));
      require(records.size() == 1, "a record for each message");
      if (records.get(0) instanceof SourceRecord.Rejected rejected) {
        require(TopicRoom.bytes(FIT.of(rejected.deadLetter())) <= ROOM, "a dead letter that fits");
      }
    }

    static List<byte[]> seeds() {
      byte[] event =
          Events.FEATURE_EVENTS.encode(
              Events.wireFeatures("k", 1, Events.examples(1).get(0), true));
      byte[] label = Events.LABEL_EVENTS.encode(new LabelEvent("k", "1", "UP", 1_000L));
      return List.of(prefixed(0, event), prefixed(1, label), prefixed(1, event));
    }

    static byte[] prefixed(int first, byte[] rest) {
      byte[] all = new byte[rest.length + 1];
      all[0] = (byte) first;
      System.arraycopy(rest, 0, all, 1, rest.length);
      return all;
    }
  }

  /** A message of another format: likewise. */
  static final class MappedMessages {
    private static final int ROOM = 2_000;
    private static final byte[] KEY = {'k'};
    private static final JobOptions JSON = MutatedFormatsTest.JSON;
    private static final JobOptions AVRO = MutatedFormatsTest.AVRO;
    private static final EventDecoder OF_JSON = new EventDecoder(JSON);
    private static final EventDecoder OF_AVRO = new EventDecoder(AVRO);
    private static final RecordFit FIT =
        new RecordFit(JSON, JSON.topics().deadLetters(), new TopicRoom(ROOM, false));

    static {
      OF_JSON.open(null);
      OF_AVRO.open(null);
    }

    private MappedMessages() {}

    /** The first byte chooses the format and the topic. */
    public static void fuzzerTestOneInput(byte[] data) {
      if (data.length == 0) {
        return;
      }
      boolean label = (data[0] & 2) != 0;
      String topic = label ? JSON.topics().labels() : JSON.topics().features();
      byte[] value = Arrays.copyOfRange(data, 1, data.length);
      List<SourceRecord> records = new ArrayList<>(1);
      ((data[0] & 1) == 0 ? OF_JSON : OF_AVRO)
          .deserialize(new ConsumerRecord<>(topic, 0, 0, KEY, value), new ListCollector<>(records));
      require(records.size() == 1, "a record for each message");
      if (records.get(0) instanceof SourceRecord.Rejected rejected) {
        require(TopicRoom.bytes(FIT.of(rejected.deadLetter())) <= ROOM, "a dead letter that fits");
      }
    }

    static List<byte[]> seeds() {
      return List.of(
          Messages.prefixed(0, MutatedFormatsTest.json(1)),
          Messages.prefixed(1, MutatedFormatsTest.avro(1)),
          Messages.prefixed(2, MutatedFormatsTest.jsonLabel(1)));
    }
  }

  /** A configuration: it is read or refused with a reason. */
  static final class Configurations {
    private Configurations() {}

    public static void fuzzerTestOneInput(byte[] data) {
      try {
        JobOptions.parse(new String(data, StandardCharsets.UTF_8), Map.of());
      } catch (IllegalArgumentException e) {
        require(e.getMessage() != null, "a reason");
      }
    }

    static List<byte[]> seeds() {
      return List.of(
          Events.options(Map.of()).toYaml().getBytes(StandardCharsets.UTF_8),
          "schema: {attributes: [{name: a, values: [b, c]}], classes: [d, e]}"
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A model file: it is read or refused. */
  static final class Models {
    private static final Map<String, String> SMALL =
        Map.of(
            "learner.preset", "paper-data",
            "learner.pool", "[hoeffding-tree, naive-bayes]",
            "learner.gates", "[fixed-share]",
            "learner.evaluation-window", "100");

    private Models() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      Path file = Files.write(temporary(".model"), data);
      try {
        ModelFile.read(file).mixture().describe();
      } catch (IOException refused) {
        require(refused.getMessage() != null, "a reason");
      } finally {
        Files.delete(file);
      }
    }

    static List<byte[]> seeds() throws IOException {
      JobOptions options = Events.options(SMALL);
      MixtureOfExperts mixture =
          MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
      for (LabeledExample example : Events.examples(20)) {
        mixture.learn(mixture.predict(example.features()), example.label());
      }
      Path file = Files.createTempFile("seed", ".model");
      try {
        ModelFile.write(file, new SavedModel("k", options.schema(), options.learner(), mixture));
        return List.of(Files.readAllBytes(file));
      } finally {
        Files.delete(file);
      }
    }
  }

  /** A data file, CSV or ARFF: it is read or refused with a reason. */
  static final class Tables {
    private static final int MOST_ROWS = 1_000;

    private Tables() {}

    /** The first byte chooses the format. */
    public static void fuzzerTestOneInput(byte[] data) throws IOException {
      if (data.length == 0) {
        return;
      }
      Path file =
          Files.write(
              temporary(data[0] == 0 ? ".csv" : ".arff"), Arrays.copyOfRange(data, 1, data.length));
      try (LabeledStream stream =
          DataFiles.open(file, "last", List.of(), FileReading.GUESSED, MOST_ROWS)) {
        while (stream.hasNext()) {
          int label = stream.next().label();
          require(label >= 0 && label < stream.schema().classes(), "a class of the schema");
        }
      } catch (IOException | UncheckedIOException | IllegalArgumentException refused) {
        require(refused.getMessage() != null, "a reason");
      } finally {
        Files.delete(file);
      }
    }

    static List<byte[]> seeds() {
      String rows = "1.5,red,a\n2,green,b\n?,red,a\n";
      return List.of(
          ("\0x,colour,class\n" + rows).getBytes(StandardCharsets.UTF_8),
          ("\1@relation r\n@attribute x real\n@attribute colour {red,green}\n"
                  + "@attribute class {a,b}\n@data\n"
                  + rows)
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Path temporary(String suffix) {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "fuzz-%s%s".formatted(ProcessHandle.current().pid(), suffix));
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("not there: " + what);
    }
  }
}
