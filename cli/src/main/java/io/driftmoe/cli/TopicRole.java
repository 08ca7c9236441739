// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a topic is for; the command line takes the role in place of the topic's default name. */
enum TopicRole {
  FEATURES("features", JobOptions.Topics::features),
  LABELS("labels", JobOptions.Topics::labels),
  PREDICTIONS("predictions", JobOptions.Topics::predictions),
  DRIFT_EVENTS("drift-events", JobOptions.Topics::driftEvents),
  METRICS("metrics", JobOptions.Topics::metrics),
  DEAD_LETTERS("dead-letters", JobOptions.Topics::deadLetters),
  EXPLANATIONS("explanations", TopicRole::explanations),
  QUESTIONS("questions", TopicRole::questions),
  CONTROL("control", TopicRole::control);

  private final String key;
  private final Function<JobOptions.Topics, String> name;

  TopicRole(String key, Function<JobOptions.Topics, String> name) {
    this.key = key;
    this.name = name;
  }

  /** Its default name where the job explains nothing: another one may have. */
  private static String explanations(JobOptions.Topics topics) {
    String name = topics.explanations();
    return name == null ? "driftmoe.explanations" : name;
  }

  /** Its default name where the job asks for no labels: another one may. */
  private static String questions(JobOptions.Topics topics) {
    String name = topics.questions();
    return name == null ? "driftmoe.questions" : name;
  }

  /** Likewise, where it takes no commands. */
  private static String control(JobOptions.Topics topics) {
    String name = topics.control();
    return name == null ? "driftmoe.control" : name;
  }

  String key() {
    return key;
  }

  /** Name of the topic in this role. */
  String topic(JobOptions.Topics topics) {
    return name.apply(topics);
  }

  static Optional<TopicRole> of(String key) {
    return Arrays.stream(values()).filter(role -> role.key.equals(key)).findFirst();
  }

  static String keys() {
    return Arrays.stream(values()).map(TopicRole::key).collect(Collectors.joining(", "));
  }

  /** The topics' names when nothing else is said. */
  static JobOptions.Topics defaultNames() {
    return new JobOptions.Topics(null, null, null, null, null, null, null, null, null);
  }
}
