// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayStartTest {
  private static final String TIME = "2026-11-30T12:00:00Z";

  @Test
  void theTopics_aSavepoint_aTime_orATimeBehindASavepoint() {
    assertThat(ReplayStart.of(List.of("earliest"))).isEqualTo(new ReplayStart(null, null));
    assertThat(ReplayStart.of(List.of("file:/savepoint-1")))
        .isEqualTo(new ReplayStart("file:/savepoint-1", null));
    ReplayStart behind = new ReplayStart("file:/savepoint-1", Instant.parse(TIME));
    assertThat(ReplayStart.of(List.of("file:/savepoint-1", TIME))).isEqualTo(behind);
    assertThat(ReplayStart.of(List.of(TIME, "file:/savepoint-1"))).isEqualTo(behind);
    assertThat(ReplayStart.of(List.of(TIME))).isEqualTo(new ReplayStart(null, Instant.parse(TIME)));
    assertThat(ReplayStart.of(List.of("earliest", TIME)))
        .isEqualTo(new ReplayStart(null, Instant.parse(TIME)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-30T12:00:00", "2026-11-31T12:00:00Z", "2026-11-30Tnoon"})
  void whatLooksLikeATimeAndIsNone_isNoSavepoint(String text) {
    assertThatThrownBy(() -> ReplayStart.of(List.of(text)))
        .isInstanceOf(UsageException.class)
        .hasMessage("--from: '%s' is no time; write it as 2020-01-31T23:59:59Z", text);
  }

  @Test
  void oneOfAKind() {
    assertThatThrownBy(() -> ReplayStart.of(List.of(TIME, "2026-11-30T13:00:00Z")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--from: two times");
    assertThatThrownBy(() -> ReplayStart.of(List.of("a:/1", "b:/2")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("not two of them: a:/1, b:/2");
  }
}
