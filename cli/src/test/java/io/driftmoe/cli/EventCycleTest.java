// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class EventCycleTest {
  @Test
  void repeatsTheStreamFromItsFirstEvent() throws CommandException {
    List<LabeledExample> expected = new ArrayList<>();
    EventCycle cycle;
    try (LabeledStream stream = StreamCatalog.open("sea_a", 7, 3);
        LabeledStream again = StreamCatalog.open("sea_a", 7, 3)) {
      cycle = EventCycle.of(stream);
      again.forEachRemaining(expected::add);
    }
    expected.addAll(List.copyOf(expected));

    LabeledStream load = cycle.stream(12);

    assertThat(load.name()).isEqualTo("sea_a");
    assertThat(load.length()).hasValue(12);
    List<LabeledExample> sent = new ArrayList<>();
    load.forEachRemaining(sent::add);
    assertThat(sent).usingRecursiveComparison().isEqualTo(expected.subList(0, 12));
    assertThatThrownBy(load::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void holdsNoMoreThanItsLength() throws CommandException {
    try (LabeledStream stream = StreamCatalog.open("sea_a", EventCycle.LENGTH + 5, 3)) {
      EventCycle cycle = EventCycle.of(stream);

      assertThat(cycle.example(EventCycle.LENGTH)).isSameAs(cycle.example(0));
    }
  }
}
