// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A metric as Prometheus has it from Flink's reporter.
 *
 * @param name in Prometheus
 * @param labels of every series, those that tell series of a job apart
 * @param kind what it is in Flink
 * @param threshold when somebody should look, in words
 */
record ShownMetric(String name, Set<String> labels, JobMetric.Kind kind, String threshold) {
  private static final String OPERATOR = FlinkMetric.Place.OPERATOR.prefix();

  /** What differs from group to group is no part of the name, but a label. */
  private static final Pattern VARIABLE =
      Pattern.compile("(cause|model_key|expert|branch)\\.[A-Z]+");

  static List<ShownMetric> all() {
    return Stream.concat(
            Arrays.stream(JobMetric.values()).map(ShownMetric::of),
            Arrays.stream(FlinkMetric.values()).map(ShownMetric::of))
        .toList();
  }

  static ShownMetric of(JobMetric metric) {
    String path = metric.place().path();
    Set<String> labels = new LinkedHashSet<>(List.of("job_name", "operator_name", "subtask_index"));
    VARIABLE.matcher(path).results().forEach(variable -> labels.add(variable.group(1)));
    String group = VARIABLE.matcher(path).replaceAll("$1").replace('.', '_');
    return new ShownMetric(
        OPERATOR + (group.isEmpty() ? "" : group + "_") + metric.word(),
        labels,
        metric.kind(),
        metric.threshold());
  }

  static ShownMetric of(FlinkMetric metric) {
    String labels = metric.place().labels();
    return new ShownMetric(
        metric.place().prefix() + metric.word().replace('.', '_'),
        labels.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(labels.split(", "))),
        JobMetric.Kind.GAUGE,
        metric.threshold());
  }
}
