// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.router.settings.MixtureSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Other learners that look on while predictions are made again. */
final class VariantOptions {
  @Option(
      names = "--variant",
      paramLabel = "NAME=FILE",
      description = {
        "Has another learner learn the same events and labels at the same moments; repeatable. The "
            + "file holds its settings in YAML, as the section learner of a job."
      })
  private Map<String, Path> variants = new LinkedHashMap<>();

  boolean isEmpty() {
    return variants.isEmpty();
  }

  /**
   * Reads the files.
   *
   * @param options of the job, whose seed the variants have
   * @throws UsageException naming the file and what is wrong with it
   */
  Map<String, JobOptions.Learner> read(JobOptions options) {
    Map<String, JobOptions.Learner> learners = new LinkedHashMap<>();
    variants.forEach(
        (name, file) -> {
          JsonNode tree = YamlFile.read("--variant", file);
          try {
            JobOptions.Learner learner =
                new JobOptions.Learner(
                    MixtureSettings.read(tree, "learner"), options.learner().seed());
            learners.put(name, learner);
            refuseFleet(name, learner);
          } catch (IllegalArgumentException e) {
            throw new UsageException("--variant: %s: %s".formatted(file, e.getMessage()), e);
          }
        });
    return learners;
  }

  private static void refuseFleet(String name, JobOptions.Learner learner) {
    if (learner.mixture().tree().has("fleet")) {
      throw new IllegalArgumentException(
          "learner.fleet: the models of variant %s would have one in common".formatted(name));
    }
  }
}
