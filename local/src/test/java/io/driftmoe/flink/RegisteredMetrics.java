// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Takes note of every metric that jobs in this process register. */
public final class RegisteredMetrics implements MetricReporterFactory {
  private static final String NAME = "registered-metrics";

  /** Host, role, TaskManager, job, operator, subtask. */
  private static final int SCOPE_OF_OPERATOR = 6;

  /** What follows these in a path differs from group to group. */
  private static final Map<String, String> VARIABLES =
      Map.of("model_key", "KEY", "cause", "CAUSE", "expert", "NAME", "branch", "NAME");

  private static final Set<Registered> ALL = ConcurrentHashMap.newKeySet();

  /** A metric: of a job and an operator in it, its path below that. */
  record Registered(String job, String operator, String path) {}

  /** Settings of a cluster whose metrics are to be noted. */
  static Configuration settings() {
    Configuration settings = new Configuration();
    settings.setString(
        "metrics.reporter.%s.factory.class".formatted(NAME), RegisteredMetrics.class.getName());
    return settings;
  }

  /** Paths of the metrics of this job and operator that have this beginning. */
  static Set<String> of(String job, String operator, String beginning) {
    return ALL.stream()
        .filter(m -> m.job.equals(job) && m.operator.equals(operator))
        .map(Registered::path)
        .filter(path -> path.startsWith(beginning))
        .collect(Collectors.toSet());
  }

  /** Paths of the metrics of the table that are registered below the operator of the mixtures. */
  static Set<String> expected() {
    return Arrays.stream(JobMetric.values())
        .filter(metric -> metric.place().path().startsWith("driftmoe"))
        .filter(metric -> metric.place() != JobMetric.Place.CHECKED)
        .map(RegisteredMetrics::path)
        .collect(Collectors.toSet());
  }

  /** Where it is expected. */
  static String path(JobMetric metric) {
    String group = metric.place().path();
    return group.isEmpty() ? metric.word() : group + "." + metric.word();
  }

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return new Reporter();
  }

  private static final class Reporter implements MetricReporter {
    @Override
    public void open(MetricConfig config) {
      // nothing to open
    }

    @Override
    public void close() {
      // what was noted stays
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
      String job = group.getAllVariables().get("<job_name>");
      String operator = group.getAllVariables().get("<operator_name>");
      String[] scope = group.getScopeComponents();
      if (job == null || operator == null || scope.length < SCOPE_OF_OPERATOR) {
        return;
      }
      List<String> path = new ArrayList<>();
      String before = "";
      for (String part : Arrays.asList(scope).subList(SCOPE_OF_OPERATOR, scope.length)) {
        path.add(VARIABLES.getOrDefault(before, part));
        before = part;
      }
      path.add(name);
      ALL.add(new Registered(job, operator, String.join(".", path)));
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
      // what was noted stays
    }
  }
}
