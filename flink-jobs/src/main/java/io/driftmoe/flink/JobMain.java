// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;
import org.apache.kafka.common.KafkaException;

/**
 * Entry point of the job jar: {@code flink run driftmoe-job.jar --config job.yaml [--learner.preset
 * paper-task ...]}; any configuration key may follow as an option, and {@code --fresh true} for a
 * job that is to begin anew although there is a state of it, or were records.
 */
public final class JobMain {
  private static final String FRESH = "fresh";

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
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    Optional<JobStart.Decision> start;
    try {
      Map<String, String> keys = new TreeMap<>(ParameterTool.fromArgs(args).toMap());
      boolean fresh = keys.containsKey(FRESH) && !"false".equals(keys.remove(FRESH));
      options = options(keys);
      start = start(options, fresh, environment.getConfiguration());
    } catch (IllegalArgumentException e) {
      throw new ProgramParametrizationException(e.getMessage());
    }
    start.ifPresent(decision -> decision.linesForCluster().forEach(System.out::println));
    MixtureJob.build(environment, start.isPresent() ? options : options.withoutTemplate());
    start.ifPresent(decision -> environment.configure(decision.settings()));
    environment.execute(options.job().name());
  }

  /**
   * How the job is to begin; empty where Flink goes on with a job that it has kept, whatever is
   * decided here. Then no check may end it, such as one that needs a broker that is away, nor is it
   * a new run in the state folder: the job goes on to write to the folders that it was given.
   */
  private static Optional<JobStart.Decision> start(
      JobOptions options, boolean fresh, ReadableConfig settings) throws Exception {
    if (KeptJob.isIn(settings)) {
      System.out.println("goes on with what Flink's high availability has kept of the job");
      return Optional.empty();
    }
    ModelTemplate.require(options);
    RestoreCheck.require(options, settings);
    try (JobTopics topics = new JobTopics(options)) {
      requireTopics(topics, options);
      topics.requireNoOther(options);
      StartChoice choice =
          StartChoice.ofFlinkRun(settings.get(StateRecoveryOptions.SAVEPOINT_PATH), fresh);
      return Optional.of(
          JobStart.decide(options, options.job().stateDir(), choice, topics.traces(options)));
    } catch (ExecutionException | KafkaException e) {
      throw new IllegalArgumentException(BrokerFailure.of(options.kafka(), e).message(), e);
    }
  }

  private static JobOptions options(Map<String, String> keys) {
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
  private static void requireTopics(JobTopics topics, JobOptions options) throws Exception {
    List<String> missing = topics.missing();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "no topic %s at %s".formatted(String.join(", ", missing), options.kafka().bootstrap()));
    }
    topics.requireRoom(options);
  }
}
