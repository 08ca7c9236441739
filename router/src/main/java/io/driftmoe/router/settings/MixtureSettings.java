// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.settings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.router.Division;
import io.driftmoe.router.FleetKeys;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.Preset;
import java.io.Serializable;
import java.util.List;

/**
 * A mixture as people configure it: a preset, with whatever is named replaced. In YAML:
 *
 * <pre>
 * preset: adaptive
 * pool:                          # the experts, in order
 *   - {type: forest, name: trees, members: 24, member: {type: moa-hoeffding-tree, grace-period: 9}}
 *   - moa-hoeffding-tree         # with all its defaults
 * top-k: 2                       # how many experts learn an event
 * combination: soft              # or arg-max, or {type: top-k, experts: 3}
 * gates: [{type: mlp-nll, hidden: [64]}, fixed-share]
 * lifecycle: {window: 5000}      # or never
 * attendance: {probe: 0.1}       # or never
 * detector-delta: 0.001          # of the ADWIN on the mixture's errors
 * evaluation-window: 500
 * objective: balanced-accuracy   # or accuracy, g-mean: what the predicted classes maximise
 * calibration: never             # or online: whether probabilities are corrected by labels
 * coverage: 0.9                  # share of the prediction sets that hold the true class
 * accuracy-estimate: 200         # labels that correct the estimated accuracy of what waits
 * input-watch: 100000            # alarms before labels, at most one false in so many events
 * fleet: all                     # or {type: prefix, separator: /}: models with one in common
 * label-memory: never            # or last-labels, which correct predictions where that helps
 * </pre>
 *
 * <p>Where the pool is that of adaptive, its memory can be set:
 *
 * <pre>
 * preset: adaptive
 * model-bytes: 33554432          # instead of 64 MiB
 * names: [trees, '', '', '', places, times, '']  # what its experts are called
 * </pre>
 *
 * <p>Also {@code experts}, the size of a pool of one kind, and {@code hidden}, {@code
 * learning-rate}, {@code dropout}, {@code batch-size}, {@code temperature} of every gating network.
 * Keys may be written {@code top-k} or {@code topK}. The settings of a part are the components of
 * the record it stands for, such as {@link io.driftmoe.experts.ensembles.ForestFactory}. Those left
 * out are as in the part that stands there otherwise, such as the {@code member} of a forest, if
 * that is of the same type, and have the defaults of the type if not; {@code member:
 * hoeffding-tree} and {@code member: {type: hoeffding-tree}} say the same.
 *
 * @param json the settings as canonical JSON: what is named, with all values of each part, in a
 *     fixed order. Equal settings have equal texts
 */
public record MixtureSettings(String json) implements Serializable {
  /**
   * Without Jackson's buffers for each thread: settings are read wherever a job is deserialised,
   * and the threads of a JobManager would keep these buffers, with all classes of the job, beyond
   * it.
   */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().recyclerPool(JsonRecyclerPools.nonRecyclingPool()).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * Reads settings as JSON, in any order and style.
   *
   * @param json the settings that are named; keys may be written {@code top-k} or {@code topK}
   * @throws IllegalArgumentException naming key, value and what is allowed
   */
  public MixtureSettings {
    json = text(checked(tree(json), ""));
  }

  /**
   * {@return the preset as it is}
   *
   * @param preset with nothing in it replaced
   */
  public static MixtureSettings of(Preset preset) {
    return new MixtureSettings("{\"preset\":\"%s\"}".formatted(preset.key()));
  }

  /**
   * A configuration in settings that name each of its values but the seed. They mean the same in
   * every build, whatever becomes of its presets. A pool that a preset was made of in another build
   * keeps the limits of its trees, and has none in common.
   *
   * @param config what the settings are to describe
   * @return settings that make this configuration again, given its seed
   */
  public static MixtureSettings of(MixtureConfig config) {
    ObjectNode named = MixtureDocument.tree(config);
    boolean byClass = config.division() instanceof Division.Task;
    named.put("preset", (byClass ? Preset.PAPER_TASK : Preset.PAPER_DATA).key());
    named.remove(List.of("division", "seed"));
    if (config.division() instanceof Division.Data data
        && data.modelBytes() != null
        && !Shortcuts.isAdaptive(data.experts(), data.modelBytes())) {
      named.remove("model-bytes");
    }
    return new MixtureSettings(named.toString());
  }

  /**
   * Replaces the experts.
   *
   * @param pool what makes them, in order
   * @return new settings; these stay as they are
   */
  public MixtureSettings withPool(List<ExpertFactory> pool) {
    ObjectNode tree = tree();
    tree.set("pool", NamedSettings.write(pool));
    return new MixtureSettings(tree.toString());
  }

  /**
   * Puts models into fleets.
   *
   * @param keys which of them have a model in common
   * @return new settings; these stay as they are
   * @throws IllegalArgumentException when models of these settings cannot be in a fleet
   */
  public MixtureSettings withFleet(FleetKeys keys) {
    ObjectNode tree = tree();
    tree.set("fleet", NamedSettings.write(keys));
    return new MixtureSettings(tree.toString());
  }

  /**
   * Reads settings from a larger tree.
   *
   * @param settings the part of the tree that holds them
   * @param path key of the settings in it, for messages; an empty text when they are all of it
   * @return the settings in canonical form
   * @throws IllegalArgumentException naming key, value and what is allowed
   */
  public static MixtureSettings read(JsonNode settings, String path) {
    return new MixtureSettings(checked(settings, path).toString());
  }

  /**
   * {@return the whole configuration, with what is not named as in the preset}
   *
   * @param seed of everything random in the mixture
   */
  public MixtureConfig config(long seed) {
    return NamedSettings.read(tree(), "").config(seed);
  }

  /** {@return the settings as a tree, the preset first} */
  public ObjectNode tree() {
    return tree(json);
  }

  @Override
  public String toString() {
    return json;
  }

  private static ObjectNode checked(JsonNode settings, String path) {
    NamedSettings named = NamedSettings.read(settings, path);
    named.config(0); // rejects by name
    return named.canonical();
  }

  private static String text(ObjectNode tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always JSON", e);
    }
  }

  private static ObjectNode tree(String json) {
    try {
      if (MAPPER.readTree(json) instanceof ObjectNode tree) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException("settings must be a JSON object, got " + json);
  }
}
