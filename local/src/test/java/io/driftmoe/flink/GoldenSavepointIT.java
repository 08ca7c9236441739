// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.file.Path;
import java.util.List;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** This build goes on from the savepoints of all builds before it, as if it had run all along. */
@Tag("slow")
class GoldenSavepointIT {
  @TempDir static Path folder;
  private static Broker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new Broker(folder);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
  }

  /** Weights were moved by powers of other last digits, and more specialists asked, until then. */
  private static final double ALIKE = 0.95;

  static List<GoldenSavepoint> all() {
    return GoldenSavepoint.ALL;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void eachOfThem_withTheSameOrAnotherNumberOfSubtasks(GoldenSavepoint golden) throws Exception {
    goesOn(golden, golden.name().startsWith("adaptive") ? GoldenSavepoint.SUBTASKS : 1);
  }

  private static void goesOn(GoldenSavepoint golden, int parallelism) throws Exception {
    Path own = folder.resolve(golden.name() + "-" + parallelism);
    KeyedStream stream =
        new KeyedStream(
            broker, own, GoldenSavepoint.PARTITIONS, GoldenSavepoint.SECONDS, golden.early());
    JobOptions options = stream.options(golden.name(), golden.options(parallelism));
    try (JobTopics topics = new JobTopics(options)) {
      topics.delete();
    }
    stream.createTopics(options);
    // the offsets of the savepoint mean the same records here
    stream.send(options, 0, GoldenSavepoint.SECONDS);
    JobClient job = stream.start(options, golden.unpack(own));
    stream.awaitPredictions(options, GoldenSavepoint.TAKEN, GoldenSavepoint.SECONDS);
    stream.stop(job, true);
    if (golden.name().startsWith("adaptive")) {
      stream.assertPredictionsLikeThoseOfTheLibrary(options, GoldenSavepoint.TAKEN, ALIKE);
    } else {
      stream.assertPredictionsOfTheLibrary(options, GoldenSavepoint.TAKEN);
    }
  }
}
