// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class KeyedMixturesTest {

  private static KeyedMixtures learned(int most, int keys, int events) throws IOException {
    try (LabeledStream stream = StreamCatalog.open("size_d10", keys * events, 1)) {
      KeyedMixtures models =
          new KeyedMixtures(MixtureConfig.of(Preset.ADAPTIVE, 1), stream.schema(), most);
      for (int i = 0; stream.hasNext(); i++) {
        LabeledExample example = stream.next();
        models.learn(i / 20 % keys, example);
      }
      return models;
    }
  }

  @Test
  void modelsThatWereNotUsedForLongestArePacked() throws IOException {
    KeyedMixtures all = learned(100, 5, 40);
    KeyedMixtures one = learned(1, 5, 40);
    assertThat(all.size()).isEqualTo(5);
    assertThat(one.size()).isEqualTo(5);
    assertThat(one.bytes()).isLessThan(all.bytes() / 3);
  }
}
