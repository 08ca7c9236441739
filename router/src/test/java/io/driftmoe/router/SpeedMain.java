// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.LabeledExample;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Prints accuracy and events per CPU second of a preset on Electricity; run by hand. */
final class SpeedMain {
  private SpeedMain() {}

  public static void main(String[] args) {
    Electricity stream = Electricity.load(Integer.MAX_VALUE >> 8);
    for (Preset preset : Preset.values()) {
      for (long seed = 1; seed <= 3; seed++) {
        MixtureOfExperts mixture =
            MixtureOfExperts.create(MixtureConfig.of(preset, seed), Electricity.SCHEMA);
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (LabeledExample example : stream.examples()) {
          mixture.learn(mixture.predict(example.features()), example.label());
        }
        double seconds =
            (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "%s seed %d: %s, %.0f events per CPU second, entropy %.3f%n",
            preset.key(),
            seed,
            mixture.evaluation().overall(),
            stream.examples().size() / seconds,
            mixture.gateEntropy());
      }
    }
  }
}
