// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.streams.Shown;
import java.util.List;
import java.util.Map;

/** A configuration file for people: every key with its value, and what each section is for. */
final class JobTemplate {
  private static final Map<String, String> SECTIONS =
      Map.of(
          "kafka:",
          """
          The broker. properties: further client properties (security, tuning); a password is referred
          to, as in ${env:NAME} or ${file:PATH:KEY}.
          """,
          "topics:",
          """
          Names of the topics; 'driftmoe topics --config FILE' creates them. control: commands to the
          running job (docs/branches.md); null for none, and no such topic.
          """,
          "schema:",
          """
          The events. attributes: in the order of an event's features; values are those of a nominal
          attribute, none for a numeric one. classes: in the order of predicted probabilities.
          """,
          "learner:",
          """
          preset: adaptive, paper-data or paper-task. What else is named here is replaced in it: pool,
          experts, top-k, combination, gates, hidden, learning-rate, dropout, batch-size, temperature,
          lifecycle, attendance, label-memory, model-bytes, detector-delta, evaluation-window, objective
          (accuracy, balanced-accuracy or g-mean), calibration, coverage, accuracy-estimate,
          input-watch, fleet, names, such as
            pool: [{type: forest, name: trees, members: 24}, moa-hoeffding-tree]
            lifecycle: never
          docs/settings-changes.md says which of these settings may change with a savepoint.
          branches: shadows with other settings, by name, such as {wider: {settings: {top-k: 2}}}
          (docs/branches.md).
          """,
          "labels:",
          """
          timeout: most that the times of an event and its label may differ. max-pending and
          max-pending-bytes: predictions that wait per model key, and as many early labels; beyond
          it the oldest is given up. total-pending-bytes: the same over all model keys, in one
          TaskManager; null for a quarter of the heap. max-wait: the same by the clock, for topics that fall silent;
          null for never, because then a replay may join less. budget: share of the events whose
          labels are asked for, on topics.questions, such as 5 %; null for asking for none, and no
          such topic. docs/label-budget.md
          """,
          "input:",
          """
          order: arrival (lowest latency) or event-time (sorted up to the watermark: a replay gives
          the same predictions whatever the interleaving). out-of-orderness: how late an event may
          be. idleness: after which a silent partition no longer holds back event time. max-ahead:
          how far an event time may be ahead of the record's time in Kafka; beyond it, a dead
          letter. duplicate-window: learned event ids kept per model key, to recognise duplicates.
          duplicate-bytes: memory for them over all model keys, in one TaskManager; beyond it the
          keys that have the most forget their oldest; null for an eighth of the heap. format:
          driftmoe, json, avro or avro-confluent; event and labels say by names of fields where
          records of the other formats hold what the job needs: docs/input.md.
          """,
          "router:",
          """
          networks: those of the mixture's gates, or all, those of its experts as well. backend
          computes them: java, simd (the JVM of every TaskManager needs --add-modules
          jdk.incubator.vector), opencl (a device, many models in one launch) or auto (the fastest
          of these, measured at start). device: part of an OpenCL device's name, see
          'driftmoe devices'; null for the first GPU, else the first. gather-routers, gather-delay:
          a launch takes the steps of so many models, or of those that are due when the first has
          waited as long. This section may change with a savepoint.
          """,
          "job:",
          """
          name: also the prefix of transactional ids, unique among jobs on one broker.
          checkpoint-interval: how often results become visible to read-committed readers.
          checkpoint-dir: a URI; null for the cluster's default, which must be files and not the
          JobManager's memory: models outgrow its 5 MB. state-dir: where a later start goes on from;
          null for none on a cluster, and here for a folder below ~/.local/state/driftmoe.
          max-failures-in-a-row, max-restarts-in-a-row: after so many the job is given up.
          takes-over-from: savepoint of the job in whose place this one goes on; null for none.
          """,
          "models:",
          """
          park-after: a model without a record for so long is kept as compressed bytes until its
          next one. live-bytes: memory for models that are not parked, in one TaskManager; null for
          half of the heap. max: models of the job. when-full: a new model key beyond it is refused
          (refuse), or the model that was unused for longest is dropped (drop-idle). template: a model
          file that new keys begin as a copy of. publish: {folder: published, every: 1 min, on-drift:
          false} writes the newest snapshot of each model there, as a model file.
          """);

  /** Of what the job writes. */
  private static final Map<String, String> OUTPUTS =
      Map.of(
          "output:",
          """
          format: of all output topics, driftmoe (Avro, with classes and experts by position) or json
          (with classes and experts by name; docs/outputs.md). It may change with a savepoint.
          """,
          "explanations:",
          """
          Who said what about a prediction, and what each feature contributes, on topics.explanations:
          for a share of the events (0 to 1), and on-request for those whose field explain is true.
          With neither the job has no such topic. docs/explanations.md
          """);

  private JobTemplate() {}

  /** The YAML of these options, commented. */
  static String of(JobOptions options, String stream) {
    return of(options, stream, Map.of());
  }

  /**
   * Likewise, with comments beside some keys.
   *
   * @param comments lines for keys such as {@code input.event.id}
   */
  static String of(JobOptions options, String stream, Map<String, List<String>> comments) {
    StringBuilder text = new StringBuilder();
    comment(text, "", "DriftMoE job for " + Shown.of(stream));
    comment(text, "", "Durations: a number and a unit, for example 500 ms, 10 s, 1 h.");
    YamlKeys keys = new YamlKeys();
    for (String line : options.toYaml().lines().toList()) {
      String about = SECTIONS.getOrDefault(line, OUTPUTS.get(line));
      if (about != null) {
        text.append('\n');
        about.lines().forEach(words -> comment(text, "", words));
      }
      String key = keys.next(line);
      comments
          .getOrDefault(key, List.of())
          .forEach(words -> comment(text, line.substring(0, YamlKeys.indent(line)), words));
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static void comment(StringBuilder text, String indent, String words) {
    text.append(indent).append("# ").append(words).append('\n');
  }
}
