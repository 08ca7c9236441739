// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.file.Path;
import java.util.List;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Writes the golden savepoints that this build does not find. A file that is there stays as it is:
 * it stands for the build that wrote it. Each released layout gets names of its own in {@link
 * GoldenSavepoint}, and then
 *
 * <pre>
 * mvn -pl local -am test -Dtest=StoredSavepoints -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
class StoredSavepoints {
  private static final Path RESOURCES =
      Path.of("..", "flink-jobs", "src", "test", "resources", "savepoints");

  static List<GoldenSavepoint> missing() {
    return GoldenSavepoint.ALL.stream()
        .filter(golden -> !RESOURCES.resolve(golden.name() + ".gz").toFile().exists())
        .toList();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("missing")
  void write(GoldenSavepoint golden, @TempDir Path folder) throws Exception {
    try (Broker broker = new Broker(folder)) {
      KeyedStream stream =
          new KeyedStream(
              broker, folder, GoldenSavepoint.PARTITIONS, GoldenSavepoint.SECONDS, golden.early());
      JobOptions options = stream.options(golden.name(), golden.options(GoldenSavepoint.SUBTASKS));
      stream.createTopics(options);
      JobClient job = stream.start(options, null);
      stream.send(options, 0, GoldenSavepoint.TAKEN);
      stream.awaitPredictions(options, 0, GoldenSavepoint.TAKEN);
      golden.write(stream.stop(job, false), RESOURCES);
    }
  }
}
