// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureOfExperts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Models of other learners beside those of a job: for each model key one of each variant. */
final class VariantModels {
  private final List<String> names;
  private final List<ModelSpec> specs = new ArrayList<>();
  private final Map<String, MixtureOfExperts[]> models = new HashMap<>();

  /**
   * @param variants settings by name
   */
  VariantModels(JobOptions options, Map<String, JobOptions.Learner> variants) {
    this.names = List.copyOf(variants.keySet());
    for (JobOptions.Learner learner : variants.values()) {
      specs.add(new ModelSpec(options.schema(), learner));
    }
  }

  List<String> names() {
    return names;
  }

  /** Those of a key, in the order of the names; new ones where there are none yet. */
  MixtureOfExperts[] of(String modelKey) {
    return models.computeIfAbsent(modelKey, key -> created());
  }

  private MixtureOfExperts[] created() {
    return specs.stream()
        .map(spec -> MixtureOfExperts.create(spec.mixtureConfig(), spec.streamSchema()))
        .toArray(MixtureOfExperts[]::new);
  }

  /** Those of all keys. */
  Iterable<MixtureOfExperts[]> all() {
    return models.values();
  }
}
