// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.schemas.QuotedText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Branches as a configuration or a command writes them. Settings replace those of the job's learner
 * by their names; with a preset they stand for themselves.
 */
final class BranchFormat {
  /** Branches that a model may have. */
  static final int MOST = 4;

  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,63}");

  private static final String PRESET = "preset";
  private static final String SEED = "seed";
  private static final String SETTINGS = "settings";
  private static final String MOST_CPU = "most-cpu";
  private static final String MOST_MEMORY = "most-memory";
  private static final String WARM_UP = "warm-up";
  private static final String PROMOTE = "promote";
  private static final String AUTOMATIC = "automatic";
  private static final String SMALLEST_GAIN = "smallest-gain";
  private static final String MOST_NEGATIVE_FLIPS = "most-negative-flips";
  private static final String COOL_DOWN = "cool-down";
  private static final String KEEP_FORMER = "keep-former";

  /** What a model becomes when a branch takes its place. */
  static final String FORMER = "former";

  private BranchFormat() {}

  /**
   * Reads {@code learner.branches}.
   *
   * @param branches null for none
   * @param learner settings of the job's learner
   * @throws IllegalArgumentException naming the key at fault
   */
  static Map<String, JobOptions.Branch> readAll(
      @Nullable JsonNode branches, MixtureSettings learner, long seed) {
    Map<String, JobOptions.Branch> read = new LinkedHashMap<>();
    if (branches == null || branches.isNull()) {
      return read;
    }
    if (!branches.isObject()) {
      throw new IllegalArgumentException(
          "learner.branches must give each branch a name, got '%s'".formatted(branches.asText()));
    }
    for (Map.Entry<String, JsonNode> branch : branches.properties()) {
      String path = "learner.branches." + branch.getKey();
      read.put(branch.getKey(), read(branch.getValue(), learner, seed, path));
    }
    return read;
  }

  /**
   * Reads one branch.
   *
   * @param path of it, for messages
   * @throws IllegalArgumentException naming the key at fault
   */
  static JobOptions.Branch read(JsonNode branch, MixtureSettings learner, long seed, String path) {
    if (!(branch instanceof ObjectNode given)) {
      throw new IllegalArgumentException(
          "%s must hold settings, got '%s'".formatted(path, branch.asText()));
    }
    ObjectNode left = given.deepCopy();
    JsonNode settings = left.remove(SETTINGS);
    JsonNode cpu = left.remove(MOST_CPU);
    JsonNode memory = left.remove(MOST_MEMORY);
    JsonNode warmUp = left.remove(WARM_UP);
    JsonNode promote = left.remove(PROMOTE);
    requireNoneLeft(
        left, path, "a branch", List.of(SETTINGS, MOST_CPU, MOST_MEMORY, WARM_UP, PROMOTE));
    String where = path + "." + SETTINGS;
    ObjectNode own = settings(settings, where);
    JsonNode ownSeed = own.remove(SEED);
    try {
      return new JobOptions.Branch(
          MixtureSettings.read(own.hasNonNull(PRESET) ? own : onto(learner, own), where),
          ownSeed == null ? seed : wholeNumber(ownSeed, where + "." + SEED),
          number(cpu, path + "." + MOST_CPU),
          number(memory, path + "." + MOST_MEMORY),
          warmUp == null ? null : wholeNumber(warmUp, path + "." + WARM_UP),
          promotion(promote, path + "." + PROMOTE));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw new IllegalArgumentException(
          message.startsWith(path) ? message : path + "." + message, e);
    }
  }

  private static void requireNoneLeft(
      ObjectNode left, String path, String what, List<String> known) {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "%s.%s is unknown; %s has %s"
              .formatted(path, left.fieldNames().next(), what, String.join(", ", known)));
    }
  }

  private static JobOptions.@Nullable Promotion promotion(@Nullable JsonNode promote, String path) {
    if (promote == null || promote.isNull()) {
      return null;
    }
    if (!(promote instanceof ObjectNode given)) {
      throw new IllegalArgumentException(
          "%s must hold settings, got '%s'".formatted(path, promote.asText()));
    }
    ObjectNode left = given.deepCopy();
    JsonNode automatic = left.remove(AUTOMATIC);
    JsonNode gain = left.remove(SMALLEST_GAIN);
    JsonNode flips = left.remove(MOST_NEGATIVE_FLIPS);
    JsonNode coolDown = left.remove(COOL_DOWN);
    JsonNode keep = left.remove(KEEP_FORMER);
    requireNoneLeft(
        left,
        path,
        PROMOTE,
        List.of(AUTOMATIC, SMALLEST_GAIN, MOST_NEGATIVE_FLIPS, COOL_DOWN, KEEP_FORMER));
    return new JobOptions.Promotion(
        automatic == null ? null : truth(automatic, path + "." + AUTOMATIC),
        number(gain, path + "." + SMALLEST_GAIN),
        number(flips, path + "." + MOST_NEGATIVE_FLIPS),
        coolDown == null ? null : wholeNumber(coolDown, path + "." + COOL_DOWN),
        keep == null ? null : wholeNumber(keep, path + "." + KEEP_FORMER));
  }

  private static boolean truth(JsonNode value, String path) {
    String text = value.asText();
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(
          "%s must be true or false, got '%s'".formatted(path, text));
    }
    return text.equals("true");
  }

  private static ObjectNode settings(@Nullable JsonNode settings, String path) {
    if (settings == null || settings.isNull()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (settings instanceof ObjectNode own) {
      return own;
    }
    throw new IllegalArgumentException(
        "%s must hold settings of the learner, got '%s'".formatted(path, settings.asText()));
  }

  private static ObjectNode onto(MixtureSettings learner, ObjectNode own) {
    ObjectNode all = learner.tree();
    own.properties().forEach(setting -> all.set(kebab(setting.getKey()), setting.getValue()));
    return all;
  }

  /** As canonical settings have them: topK is top-k. */
  private static String kebab(String key) {
    return key.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  private static long wholeNumber(JsonNode value, String path) {
    try {
      return Long.parseLong(value.asText());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a whole number, got '%s'".formatted(path, value.asText()), e);
    }
  }

  private static @Nullable Double number(@Nullable JsonNode value, String path) {
    if (value == null || value.isNull()) {
      return null;
    }
    try {
      return Double.valueOf(value.asText());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a number, got '%s'".formatted(path, value.asText()), e);
    }
  }

  /**
   * Checks what branches are called.
   *
   * @throws IllegalArgumentException naming the one at fault
   */
  static void checkName(String path, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s must be a letter and up to 63 letters, digits, '_' and '-', got %s"
              .formatted(path, QuotedText.of(name)));
    }
  }

  /**
   * Checks what a branch that begins is called.
   *
   * @throws IllegalArgumentException naming the one at fault
   */
  static void checkNewName(String path, String name) {
    checkName(path, name);
    if (name.equals(FORMER)) {
      throw new IllegalArgumentException(
          "%s must not be %s: so a model is called whose place a branch has taken"
              .formatted(path, FORMER));
    }
  }

  /** A branch with all its values, which {@link #read} reads whatever the learner is. */
  static ObjectNode write(JobOptions.Branch branch) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    ObjectNode settings = branch.mixture().tree();
    settings.put(SEED, branch.seed());
    tree.set(SETTINGS, settings);
    tree.put(MOST_CPU, branch.mostCpu());
    tree.put(MOST_MEMORY, branch.mostMemory());
    tree.put(WARM_UP, branch.warmUp());
    JobOptions.Promotion promote = branch.promote();
    if (promote != null) { // else it is written as it was before there were promotions
      ObjectNode when = tree.putObject(PROMOTE);
      when.put(AUTOMATIC, promote.automatic());
      when.put(SMALLEST_GAIN, promote.smallestGain());
      when.put(MOST_NEGATIVE_FLIPS, promote.mostNegativeFlips());
      when.put(COOL_DOWN, promote.coolDown());
      when.put(KEEP_FORMER, promote.keepFormer());
    }
    return tree;
  }
}
