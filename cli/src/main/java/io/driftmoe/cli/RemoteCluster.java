// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobStart;
import io.driftmoe.flink.JobTraces;
import io.driftmoe.flink.MixtureJob;
import io.driftmoe.flink.StartChoice;
import io.driftmoe.local.Broker;
import io.driftmoe.local.LocalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster that runs elsewhere.
 *
 * @param host of its REST interface; in brackets where it is an address of IPv6
 * @param port of its REST interface
 */
record RemoteCluster(String host, int port) {
  /** An address of IPv6 stands in brackets, as in a URL. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?<host>[^:\\[\\]]+|\\[[^\\[\\]]+]):(?<port>\\d{1,5})");

  /** A moment later such a job is not there any more. */
  private static final Set<JobStatus> ENDING = Set.of(JobStatus.FAILING, JobStatus.CANCELLING);

  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String BUILT_JAR = "flink-jobs/target/driftmoe-job.jar";

  /**
   * The cluster at this address.
   *
   * @throws UsageException when it is none
   */
  static RemoteCluster at(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    int port = matcher.matches() ? Integer.parseInt(matcher.group("port")) : 0;
    if (port < 1 || port > 65_535 || !isAddress(matcher.group("host"))) {
      throw new UsageException("--target must be local or HOST:PORT, got '" + address + "'");
    }
    return new RemoteCluster(matcher.group("host"), port);
  }

  /** Looks at addresses of IPv6 only: the name of a host is nothing that could be wrong here. */
  private static boolean isAddress(String host) {
    try {
      return !host.startsWith("[") || host.equals(new URI("http://" + host).getHost());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** As {@link #at} reads it. */
  String address() {
    return host + ":" + port;
  }

  /**
   * Submits the job.
   *
   * @param choice from which state it begins
   * @param jar the job jar, or null for the one built with this command
   * @param err for what was decided
   * @return the job's id
   * @throws CommandException when a topic is missing, or the cluster does not answer or refuses
   */
  String submit(JobOptions options, StartChoice choice, Path jar, PrintWriter err)
      throws CommandException, LocalException, InterruptedException {
    Path found = jar != null ? jar : Path.of(System.getProperty("driftmoe.home", "."), BUILT_JAR);
    checkJar(found);
    JobStart.Decision start = start(options, choice);
    StreamExecutionEnvironment environment = environment(found);
    MixtureJob.build(environment, options);
    environment.configure(start.settings());
    try {
      String id = environment.executeAsync(options.job().name()).getJobID().toString();
      start.linesForCluster().forEach(err::println);
      return id;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      start.withdraw(e);
      throw new CommandException(
          "the cluster at %s:%s did not take the job: %s"
              .formatted(host, port, FailureMessage.of(e)),
          e);
    }
  }

  /**
   * The job of this name that has not ended there.
   *
   * @return its id, or empty when there is none
   * @throws CommandException when the cluster does not answer
   */
  Optional<String> running(String jobName) throws CommandException, InterruptedException {
    Configuration settings = impatient();
    settings.set(RestOptions.ADDRESS, host);
    settings.set(RestOptions.PORT, port);
    try (RestClusterClient<StandaloneClusterId> cluster =
        new RestClusterClient<>(settings, StandaloneClusterId.getInstance())) {
      return cluster.listJobs().get().stream()
          .filter(job -> job.getJobName().equals(jobName))
          .filter(job -> !job.getJobState().isGloballyTerminalState())
          .filter(job -> !ENDING.contains(job.getJobState()))
          .map(job -> job.getJobId().toString())
          .findFirst();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new CommandException(
          "the cluster at %s:%s does not say which jobs it has: %s"
              .formatted(host, port, FailureMessage.of(e)),
          e);
    }
  }

  private static Configuration impatient() {
    Configuration settings = new Configuration();
    settings.set(RestOptions.RETRY_MAX_ATTEMPTS, ATTEMPTS);
    settings.set(RestOptions.RETRY_DELAY, PAUSE);
    return settings;
  }

  /** One whose jobs are submitted there. */
  StreamExecutionEnvironment environment(Path jar) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createRemoteEnvironment(
            host, port, impatient(), jar.toAbsolutePath().toString());
    // Flink takes the brackets of an address of IPv6 away, and then finds no port in the URL
    Configuration address = new Configuration();
    address.set(RestOptions.ADDRESS, host);
    environment.configure(address);
    return environment;
  }

  private static JobStart.Decision start(JobOptions options, StartChoice choice)
      throws CommandException, LocalException, InterruptedException {
    JobTraces traces = new Broker(options.kafka()).tracesOf(options);
    try {
      return JobStart.decide(options, options.job().stateDir(), choice, traces);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage(), e);
    }
  }

  private static void checkJar(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw new UsageException("--jar: no file " + jar);
    }
    try {
      new JarFile(jar.toFile()).close();
    } catch (IOException e) {
      throw new UsageException("--jar: %s is no jar: %s".formatted(jar, FailureMessage.of(e)), e);
    }
  }
}
