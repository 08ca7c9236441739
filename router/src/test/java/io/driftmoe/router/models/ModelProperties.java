// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Saved and loaded at any moments, with labels that are late: the same as without. */
class ModelProperties {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("a"),
              Attribute.nominal("b", List.of("x", "y", "z")),
              Attribute.numeric("c")),
          new LabelSpace(List.of("no", "yes", "maybe")));

  private record Waiting(PendingPrediction prediction, int label) {}

  @Property(tries = 12, shrinking = ShrinkingMode.OFF)
  void savedAndLoaded_goesOnBitForBit(
      @ForAll long seed,
      @ForAll Preset preset,
      @ForAll @IntRange(min = 1, max = 90) int every,
      @ForAll @IntRange(max = 30) int delay)
      throws IOException {
    SplitMix64 random = new SplitMix64(seed);
    Model uninterrupted = Model.create(SCHEMA, MixtureSettings.of(preset), seed);
    Model saved = Model.create(SCHEMA, MixtureSettings.of(preset), seed);
    Deque<Waiting> one = new ArrayDeque<>();
    Deque<Waiting> other = new ArrayDeque<>();
    for (int i = 0; i < 250; i++) {
      Map<String, Object> values = values(random);
      int label = random.nextDouble() < 0.1 ? 2 : values.containsKey("a") ? 1 : 0;
      PendingPrediction expected = uninterrupted.predict(values);
      PendingPrediction found = saved.predict(values);
      assertThat(Arrays.equals(found.probabilities(), expected.probabilities())).isTrue();
      one.add(new Waiting(expected, label));
      other.add(new Waiting(found, label));
      if (one.size() > delay) {
        uninterrupted.learn(one.remove().prediction(), label);
        saved.learn(other.remove().prediction(), label);
      }
      if (i % every == 0) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        saved.save(file);
        saved = Model.load(new ByteArrayInputStream(file.toByteArray()));
      }
    }
    assertThat(saved.describe()).isEqualTo(uninterrupted.describe());
    assertThat(saved.evaluation().window()).isEqualTo(uninterrupted.evaluation().window());
  }

  private static Map<String, Object> values(SplitMix64 random) {
    Map<String, Object> values = new HashMap<>();
    if (random.nextDouble() < 0.5) {
      values.put("a", random.nextDouble());
    }
    values.put("b", List.of("x", "y", "z", "none").get((int) (4 * random.nextDouble())));
    values.put("c", 100 * random.nextDouble());
    return values;
  }
}
