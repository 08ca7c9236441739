// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * Entry point of the job jar: {@code flink run driftmoe-job.jar --config job.yaml [--learner.preset
 * paper-task ...]}; any configuration key may follow as an option.
 */
public final class JobMain {
  private JobMain() {}

  /** Builds the job from its configuration and executes it in the environment at hand. */
  public static void main(String[] args) throws Exception {
    Map<String, String> keys = new TreeMap<>(ParameterTool.fromArgs(args).toMap());
    String config = keys.remove("config");
    if (config == null) {
      throw new IllegalArgumentException("--config FILE is missing");
    }
    JobOptions options = JobOptions.load(Path.of(config), keys);
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    RestoreCheck.require(options, environment.getConfiguration());
    requireTopics(options);
    MixtureJob.build(environment, options);
    environment.execute(options.job().name());
  }

  /** Without this check a misspelt topic would be found by the tasks, again and again. */
  private static void requireTopics(JobOptions options) throws Exception {
    try (JobTopics topics = new JobTopics(options)) {
      List<String> missing = topics.missing();
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException(
            "no topic %s at %s".formatted(String.join(", ", missing), options.kafka().bootstrap()));
      }
      topics.requireRoom(options);
    }
  }
}
