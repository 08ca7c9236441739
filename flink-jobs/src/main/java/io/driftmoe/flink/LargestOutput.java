// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Division;
import io.driftmoe.router.MixtureConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The largest record that a job may write to one of its topics; {@link RecordLimits} bounds it.
 *
 * @param key of the configuration that names the topic
 * @param topic its name
 * @param bytes of key and value together; of a dead letter, what is left when it is cut
 * @param why in words, for who must make room
 */
record LargestOutput(String key, String topic, int bytes, String why) {
  /** Marker, fingerprint, numbers, and the lengths of texts and arrays. */
  private static final int FIXED_BYTES = 400;

  private static final int MOST_BYTES_A_CHARACTER = 3;

  /** The length of a cause, and a count. */
  private static final int LOSS_BYTES = 12;

  /** The length of a text. */
  private static final int LENGTH_BYTES = 5;

  /** The longest name of an expert, with its length. */
  private static final int NAME_BYTES = 66;

  /** The name of an expert, two numbers, and lengths. */
  private static final int NAMES_BYTES = 100;

  /** Ten numbers, a name of 64 bytes, a verdict, and lengths. */
  private static final int BRANCH_BYTES = 200;

  /** Experts that an alarm names. */
  static final int MOST_AFFECTED = 3;

  /** Two numbers, the kind of a value, and the lengths of two texts. */
  private static final int NUMBERS_BYTES = 32;

  static LargestOutput prediction(JobOptions options) {
    List<String> classes = options.schema().classes();
    int name = longestClass(options);
    int experts = experts(options);
    return new LargestOutput(
        "topics.predictions",
        options.topics().predictions(),
        isJson(options)
            ? new LargestJson(options).prediction()
            : FIXED_BYTES
                + 3 * RecordLimits.TEXT_BYTES
                + name
                + doubles(classes.size() + experts)
                + (hasSets(options) ? names(classes) : 0),
        "a probability for each of %s schema.classes and the weights of %s experts"
            .formatted(classes.size(), experts));
  }

  /** Whether predictions have sets of classes. */
  static boolean hasSets(JobOptions options) {
    return options.learner().toMixtureConfig().coverage() != null;
  }

  static LargestOutput metrics(JobOptions options) {
    int experts = experts(options);
    return new LargestOutput(
        "topics.metrics",
        options.topics().metrics(),
        isJson(options)
            ? new LargestJson(options).metrics()
            : FIXED_BYTES
                + 3 * RecordLimits.TEXT_BYTES
                + losses()
                + doubles(experts)
                + NAME_BYTES * Math.min(experts, OutputEncoder.MOST_NAMES)
                + longestClass(options)
                + OutputEncoder.MOST_REGIONS
                    * (NAMES_BYTES
                        + OutputEncoder.SPECIALIST_CHARACTERS
                        + texts(OutputEncoder.REGION_CHARACTERS))
                + OutputEncoder.MOST_VOTES * (NAMES_BYTES + texts(OutputEncoder.CLASS_CHARACTERS))
                + branches(options) * (BRANCH_BYTES + texts(OutputEncoder.DROPPED_CHARACTERS)),
        "the shares of %s experts".formatted(experts));
  }

  static LargestOutput driftEvent(JobOptions options) {
    return new LargestOutput(
        "topics.drift-events",
        options.topics().driftEvents(),
        isJson(options)
            ? new LargestJson(options).driftEvent()
            : FIXED_BYTES
                + 3 * RecordLimits.TEXT_BYTES
                + (2 + MOST_AFFECTED) * NAME_BYTES
                + texts(OutputEncoder.DESCRIPTION_CHARACTERS + OutputEncoder.WHERE_CHARACTERS),
        "descriptions of %s characters"
            .formatted(OutputEncoder.DESCRIPTION_CHARACTERS + OutputEncoder.WHERE_CHARACTERS));
  }

  static LargestOutput deadLetter(JobOptions options) {
    return new LargestOutput(
        "topics.dead-letters",
        options.topics().deadLetters(),
        isJson(options) ? DeadLetterCut.SMALLEST_JSON_ROOM : DeadLetterCut.SMALLEST_ROOM,
        "origin and reason of a dead letter");
  }

  static LargestOutput explanation(JobOptions options, String topic) {
    return new LargestOutput(
        "topics.explanations",
        topic,
        isJson(options)
            ? new LargestJson(options).explanation()
            : FIXED_BYTES
                + 3 * RecordLimits.TEXT_BYTES
                + longestClass(options)
                + ExplanationEncoder.MOST_VOTES
                    * (NUMBERS_BYTES + 2 * texts(OutputEncoder.CLASS_CHARACTERS))
                + ExplanationEncoder.MOST_ATTRIBUTIONS
                    * (NUMBERS_BYTES + 2 * RecordLimits.TEXT_BYTES),
        "votes of %s experts and contributions of %s attributes"
            .formatted(ExplanationEncoder.MOST_VOTES, ExplanationEncoder.MOST_ATTRIBUTIONS));
  }

  static LargestOutput question(JobOptions options, String topic) {
    int features = Math.min(QuestionEncoder.MOST_FEATURES, options.schema().attributes().size());
    return new LargestOutput(
        "topics.questions",
        topic,
        isJson(options)
            ? new LargestJson(options).question(features)
            : FIXED_BYTES
                + 3 * RecordLimits.TEXT_BYTES
                + longestClass(options)
                + doubles(options.schema().classes().size())
                + features
                    * (NUMBERS_BYTES
                        + texts(QuestionEncoder.ATTRIBUTE_CHARACTERS)
                        + RecordLimits.TEXT_BYTES),
        "a probability for each of %s schema.classes and the values of %s attributes"
            .formatted(options.schema().classes().size(), features));
  }

  /** Those of all topics that the job writes. */
  static List<LargestOutput> of(JobOptions options) {
    List<LargestOutput> outputs =
        new ArrayList<>(
            List.of(
                prediction(options), driftEvent(options), metrics(options), deadLetter(options)));
    String explanations = options.topics().explanations();
    if (explanations != null) {
      outputs.add(explanation(options, explanations));
    }
    String questions = options.topics().questions();
    if (questions != null) {
      outputs.add(question(options, questions));
    }
    return List.copyOf(outputs);
  }

  /**
   * Checks that records of these sizes fit.
   *
   * @param rooms of the topics
   * @throws IllegalArgumentException naming the keys of the topics that are too small
   */
  static void requireRoom(JobOptions options, Map<String, TopicRoom> rooms) {
    List<String> refusals = new ArrayList<>();
    for (LargestOutput output : of(options)) {
      TopicRoom room = rooms.get(output.topic);
      if (room != null && room.bytes() < output.bytes) {
        refusals.add(output.refusal(room));
      }
    }
    if (!refusals.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", refusals));
    }
  }

  /** Why a topic is too small, in one line. */
  String refusal(TopicRoom room) {
    return ("%s: the topic %s takes records of at most %s bytes, the job writes up to %s (%s);"
            + " raise its max.message.bytes, or kafka.properties.max.request.size")
        .formatted(key, topic, room.bytes(), bytes, why);
  }

  /** Branches of a model that a report may tell of. */
  static int branches(JobOptions options) {
    boolean any = !options.learner().branches().isEmpty() || options.topics().control() != null;
    return any ? Branches.MOST : 0;
  }

  private static boolean isJson(JobOptions options) {
    return options.output().format() == OutputFormat.JSON;
  }

  /** Of all causes with their counts. */
  private static int losses() {
    int bytes = 0;
    for (LossCause cause : LossCause.values()) {
      bytes += cause.key().length() + LOSS_BYTES;
    }
    return bytes;
  }

  /** Of the model, or of a branch that may take its place, whichever has more. */
  private static int experts(JobOptions options) {
    int most = experts(options.learner().toMixtureConfig(), options);
    for (JobOptions.Branch branch : options.learner().branches().values()) {
      most = Math.max(most, experts(branch.mixture().config(branch.seed()), options));
    }
    return most;
  }

  private static int experts(MixtureConfig config, JobOptions options) {
    return config.division() instanceof Division.Data data
        ? data.experts().size()
        : options.schema().classes().size();
  }

  private static int longestClass(JobOptions options) {
    return options.schema().classes().stream()
        .mapToInt(name -> name.getBytes(StandardCharsets.UTF_8).length)
        .max()
        .orElse(0);
  }

  private static int names(List<String> names) {
    return names.stream()
        .mapToInt(name -> name.getBytes(StandardCharsets.UTF_8).length + LENGTH_BYTES)
        .sum();
  }

  private static int texts(int characters) {
    return MOST_BYTES_A_CHARACTER * characters;
  }

  private static int doubles(int count) {
    return count * Double.BYTES;
  }
}
