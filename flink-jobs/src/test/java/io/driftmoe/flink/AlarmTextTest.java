// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.drift.AdwinCut;
import io.driftmoe.router.Alarm;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AlarmTextTest {
  private static final List<String> NAMES = List.of("forest 0", "naive-bayes 1");

  @Test
  void saysWhatSinceWhenWhereAndHowSure() {
    Alarm alarm =
        new Alarm(
            Alarm.Source.MIXTURE,
            Optional.of(new AdwinCut(2_340, 0.112, 180, 0.24, 2e-7)),
            List.of(new Alarm.AffectedExpert(1, 0.14, 0.52), new Alarm.AffectedExpert(0, 0.1, 0.2)),
            new Alarm.Extent(
                true,
                List.of(
                    new Alarm.Side("wind high", 0.05, 0.4, 0.051, 0.06),
                    new Alarm.Side("day=" + "x".repeat(90), 0.1, 1, 0, 0))));
    assertThat(AlarmText.of(alarm, NAMES, 1_767_225_600_000L))
        .isEqualTo(
            "the error of the mixture rose from 11.2 % in 2340 labels to 24.0 % in the last 180,"
                + " since about 2026-01-01T00:00:00Z; where wind high (5 to 40 %, elsewhere 5 to"
                + " 6 %), or day="
                + "x".repeat(43)
                + "... (10 to 100 %, elsewhere 0 to 0 %);"
                + " most of all errors of naive-bayes 1 (14 to 52 %), forest 0 (10 to 20 %);"
                + " false with probability 2e-07 at most");
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    assertThat(
            AlarmText.of(
                new Alarm(
                    Alarm.Source.MIXTURE,
                    Optional.empty(),
                    List.of(),
                    new Alarm.Extent(false, List.of())),
                NAMES,
                -1))
        .isEqualTo("the error of the mixture rose");
    assertThat(
            AlarmText.of(
                new Alarm(
                    Alarm.Source.REFERENCE,
                    Optional.of(new AdwinCut(9, 0, 8, 1, 0.01)),
                    List.of(),
                    new Alarm.Extent(true, List.of())),
                NAMES,
                -1))
        .isEqualTo(
            "the stream has changed, and the mixture adapts: the error of a naive Bayes that"
                + " forgets nothing rose from 0.0 % in 9 labels to 100.0 % in the last 8;"
                + " everywhere, as far as single features tell;"
                + " false with probability 0.01 at most");
  }
}
