// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;
import org.apache.kafka.common.KafkaException;

/**
 * Entry point of the job jar: {@code flink run driftmoe-job.jar --config job.yaml [--learner.preset
 * paper-task ...]}; any configuration key may follow as an option.
 */
public final class JobMain {
  private JobMain() {}

  /**
   * Builds the job from its configuration and executes it in the environment at hand.
   *
   * @param args {@code --config FILE}, then {@code --key value} for what is to be different from
   *     the file
   * @throws ProgramParametrizationException when the configuration is wrong, in one line that names
   *     the key; Flink's client prints the line alone, of any other exception the whole stack
   * @throws Exception as Flink throws it when the job fails
   */
  public static void main(String[] args) throws Exception {
    JobOptions options;
    StreamExecutionEnvironment environment;
    try {
      options = options(ParameterTool.fromArgs(args).toMap());
      environment = StreamExecutionEnvironment.getExecutionEnvironment();
      RestoreCheck.require(options, environment.getConfiguration());
      requireTopics(options);
    } catch (IllegalArgumentException e) {
      throw new ProgramParametrizationException(e.getMessage());
    }
    MixtureJob.build(environment, options);
    environment.execute(options.job().name());
  }

  private static JobOptions options(Map<String, String> arguments) {
    Map<String, String> keys = new TreeMap<>(arguments);
    String config = keys.remove("config");
    if (config == null) {
      throw new IllegalArgumentException("--config FILE is missing");
    }
    try {
      SecretProperties.refuseOnCommandLine(keys);
      return JobOptions.load(Path.of(config), keys);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--config %s: %s".formatted(config, FailureMessage.of(e)), e);
    }
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
    } catch (ExecutionException | KafkaException e) {
      throw new IllegalArgumentException(BrokerFailure.of(options.kafka(), e), e);
    }
  }
}
