// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Whether records of the input topics hold what the configuration says of them, by a sample: a path
 * with a slip would otherwise show as a missing feature, or as a dead letter for each record.
 *
 * @param lines what was looked at, and what could not be; for whoever starts the job
 * @param faults what is wrong, each with its key
 */
public record InputSample(List<String> lines, List<String> faults) {
  private static final int RECORDS = 500;

  /** Where a field is in none of the sample, it may be a rare one. */
  private static final int MORE_RECORDS = 10_000;

  private static final int SHOWN = 5;

  /**
   * Keeps the lists.
   *
   * @param lines for whoever starts the job
   * @param faults each with its key
   */
  public InputSample {
    lines = List.copyOf(lines);
    faults = List.copyOf(faults);
  }

  /**
   * Reads some records of the input topics whose fields have names; those of this project's own
   * events are not looked at.
   *
   * @param options of a job, whose topics exist
   * @return what was found; a broker or registry that does not answer is a line
   */
  public static InputSample check(JobOptions options) {
    List<String> lines = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    JobOptions.Input input = options.input();
    if (input.format().isMapped()) {
      add(options, SampledInput.Topic.FEATURES, lines, faults);
    }
    LabelFields labels = input.labels();
    if (input.labelFormat().isMapped() && labels != null && labels.label() != null) {
      add(options, SampledInput.Topic.LABELS, lines, faults);
    }
    return new InputSample(lines, faults);
  }

  /**
   * Likewise, by records that were read.
   *
   * @param options of a job
   * @param events sample of the features topic, with records
   * @param labels sample of the labels topic, with records; null for none
   * @return what was found
   */
  public static InputSample check(
      JobOptions options, TopicSample events, @Nullable TopicSample labels) {
    List<String> lines = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    try {
      if (options.input().format().isMapped()) {
        add(SampledInput.of(options, SampledInput.Topic.FEATURES, events), lines, faults);
      }
      if (labels != null && options.input().labelFormat().isMapped()) {
        add(SampledInput.of(options, SampledInput.Topic.LABELS, labels), lines, faults);
      }
    } catch (SampledInput.NotNowException e) {
      lines.add("input: not checked: " + e.getMessage());
    }
    return new InputSample(lines, faults);
  }

  private static void add(
      JobOptions options, SampledInput.Topic of, List<String> lines, List<String> faults) {
    String topic = of.name(options);
    SampledInput found;
    try {
      found = of(options, of, RECORDS);
      if (found != null && found.hasAbsent()) {
        found = of(options, of, MORE_RECORDS);
      }
    } catch (KafkaException e) {
      lines.add(
          "input: topic %s was not sampled: %s"
              .formatted(topic, BrokerFailure.of(options.kafka(), e).message()));
      return;
    } catch (SampledInput.NotNowException e) {
      lines.add("input: topic %s was not checked: %s".formatted(topic, e.getMessage()));
      return;
    }
    if (found == null) {
      lines.add(
          "input: topic %s holds no record, so that fields and types were not checked"
              .formatted(topic));
      return;
    }
    add(found, lines, faults);
  }

  private static void add(SampledInput found, List<String> lines, List<String> faults) {
    List<String> wrong = found.faults();
    faults.addAll(wrong.subList(0, Math.min(SHOWN, wrong.size())));
    if (wrong.size() > SHOWN) {
      faults.add("and %s more".formatted(wrong.size() - SHOWN));
    }
    lines.add(found.inWords());
  }

  private static @Nullable SampledInput of(JobOptions options, SampledInput.Topic of, int records)
      throws SampledInput.NotNowException {
    TopicSample sample = TopicSample.read(options.kafka(), of.name(options), records);
    boolean empty = sample.records().stream().allMatch(record -> record.value() == null);
    return empty ? null : SampledInput.of(options, of, sample);
  }

  /**
   * Checks what a start needs.
   *
   * @throws IllegalArgumentException with the faults, in one line
   */
  void require() {
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
  }
}
