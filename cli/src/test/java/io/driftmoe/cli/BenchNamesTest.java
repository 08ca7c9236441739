// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.streams.StreamCatalog;
import org.junit.jupiter.api.Test;

class BenchNamesTest {

  @Test
  void everyStreamIsListedWithWhatItIs() {
    Run run = Run.driftmoe("bench", "--list");

    assertThat(run.exitCode()).isZero();
    for (String name : StreamCatalog.names()) {
      assertThat(run.outLines())
          .filteredOn(line -> line.startsWith("  " + name + " "))
          .singleElement()
          .asString()
          .contains(StreamCatalog.describe(name).classes() + " classes")
          .contains(StreamCatalog.describe(name).source());
    }
  }

  @Test
  void sourcesAreListed_whereTheyAreKnown() {
    Run run = Run.driftmoe("bench", "--list");

    assertThat(run.outLines())
        .anySatisfy(line -> assertThat(line).startsWith("  regime_s8o").contains(",  8 sources: "))
        .anySatisfy(line -> assertThat(line).startsWith("  led_a").contains(" classes: "));
  }
}
