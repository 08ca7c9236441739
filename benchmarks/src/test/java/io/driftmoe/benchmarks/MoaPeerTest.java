// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MoaPeerTest {

  @ParameterizedTest
  @ValueSource(strings = {"ARF-10", "kNN"})
  void copy_goesOnLikeTheOriginal_andLeavesItAsItWas(String name) {
    List<LabeledExample> before = new ArrayList<>();
    List<LabeledExample> after = new ArrayList<>();
    StreamSchema schema;
    try (LabeledStream stream = StreamCatalog.open("led_a", 900, 1)) {
      schema = stream.schema();
      for (int i = 0; i < 900; i++) {
        (i < 600 ? before : after).add(stream.next());
      }
    }
    MoaPeer original = MoaPeer.named(name, schema);
    learn(original, before);

    MoaPeer copy = original.copy();
    List<Integer> first = learn(copy, after);
    List<Integer> second = learn(original.copy(), after);
    List<Integer> own = learn(original, after);

    assertThat(first).isEqualTo(second).isEqualTo(own).hasSize(300);
  }

  @Test
  void named_rejectsWhatIsNotOfMoa() {
    try (LabeledStream stream = StreamCatalog.open("led_a", 1, 1)) {
      StreamSchema schema = stream.schema();

      assertThatThrownBy(() -> MoaPeer.named("paper-data", schema))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("paper-data");
    }
  }

  private static List<Integer> learn(MoaPeer peer, List<LabeledExample> examples) {
    return examples.stream().map(peer::predictAndLearn).toList();
  }
}
