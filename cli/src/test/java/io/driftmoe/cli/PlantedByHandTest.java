// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.PlantedDrift;
import io.driftmoe.streams.StreamCatalog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlantedByHandTest {
  private static final int EVENTS = 100;

  private final PlantedByHand hand =
      new PlantedByHand(() -> StreamCatalog.open("led_a", EVENTS, 1));

  private static List<Integer> labels(LabeledStream stream) {
    List<Integer> labels = new ArrayList<>();
    while (stream.hasNext()) {
      labels.add(stream.next().label());
    }
    return labels;
  }

  @Test
  void classesAreShifted_alsoForWhoOpensTheStreamAgain() throws Exception {
    List<Integer> plain = labels(StreamCatalog.open("led_a", EVENTS, 1));
    List<Integer> sent = new ArrayList<>();
    assertThat(hand.plant()).isEmpty();
    try (LabeledStream stream = hand.open()) {
      hand.send(stream);
      for (int i = 0; i < EVENTS; i++) {
        if (i == 30 || i == 60) {
          assertThat(hand.plant()).hasValue(i);
        }
        assertThat(stream.hasNext()).isTrue();
        sent.add(stream.next().label());
      }
      assertThat(stream.hasNext()).isFalse();
      assertThat(stream.plantedDrifts())
          .extracting(PlantedDrift::firstEvent)
          .contains(30L, 60L)
          .isSorted();
    }
    assertThat(hand.plant()).as("nothing is sent any more").isEmpty();
    for (int i = 0; i < EVENTS; i++) {
      int shift = (i >= 30 ? 1 : 0) + (i >= 60 ? 1 : 0);
      assertThat(sent.get(i)).isEqualTo((plain.get(i) + shift) % 10);
    }
    try (LabeledStream again = hand.open()) {
      assertThat(labels(again)).isEqualTo(sent);
    }
  }
}
