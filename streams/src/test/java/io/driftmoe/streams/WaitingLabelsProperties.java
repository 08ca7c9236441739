// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class WaitingLabelsProperties {

  /** Against a list that is searched anew each time. */
  @Property(tries = 200)
  void labelsComeByTime_thenByEvent_andOnlyBeforeLaterEvents(
      @ForAll @Size(max = 60) List<@IntRange(max = 12) Integer> delays,
      @ForAll @IntRange(max = 3) int sameTime) {
    WaitingLabels<String> waiting = new WaitingLabels<>();
    List<WaitingLabels.Waiting<String>> naive = new ArrayList<>();
    for (int i = 0; i < delays.size(); i++) {
      long now = i / (sameTime + 1);
      List<WaitingLabels.Waiting<String>> due =
          naive.stream()
              .filter(one -> one.times().label() < now)
              .sorted(
                  Comparator.comparingLong((WaitingLabels.Waiting<String> w) -> w.times().label())
                      .thenComparingLong(WaitingLabels.Waiting::event))
              .toList();
      naive.removeAll(due);
      List<WaitingLabels.Waiting<String>> come = new ArrayList<>();
      for (Optional<WaitingLabels.Waiting<String>> next = waiting.removeBefore(now);
          next.isPresent();
          next = waiting.removeBefore(now)) {
        come.add(next.get());
      }
      assertThat(come).isEqualTo(due);

      EventTimes times = new EventTimes(now, now + delays.get(i));
      waiting.add(i, times, "label " + i);
      naive.add(new WaitingLabels.Waiting<>(i, times, "label " + i));
      assertThat(waiting.size()).isEqualTo(naive.size());
    }
  }
}
