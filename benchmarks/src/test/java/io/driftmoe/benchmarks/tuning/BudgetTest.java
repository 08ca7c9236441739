// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetTest {
  private static final double ANY = Double.POSITIVE_INFINITY;

  @Test
  void parse_readsEachKindOfLimit() {
    assertThat(Budget.parse("200us, p99 2 ms, 64MiB")).isEqualTo(new Budget(2e5, 2e6, 64 << 20));
    assertThat(Budget.parse("0.5ms")).isEqualTo(new Budget(5e5, ANY, ANY));
    assertThat(Budget.parse("1.5 GB")).isEqualTo(new Budget(ANY, ANY, 1.5e9));
    assertThat(Budget.parse("p99 30µs")).isEqualTo(new Budget(ANY, 3e4, ANY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "200", "us", "200us,", "p99 64MiB", "2 parsecs", "-3us"})
  void parse_refusesWhatIsNoLimit(String text) {
    assertThatThrownBy(() -> Budget.parse(text)).hasMessageContaining("is no limit; write a time");
  }

  @Test
  void parse_refusesTwoOfAKindAndNothing() {
    assertThatThrownBy(() -> Budget.parse("1us, 2ms")).hasMessageContaining("'2ms' is a second");
    assertThatThrownBy(() -> Budget.parse("1MB, 2MB")).hasMessageContaining("'2MB' is a second");
    assertThatThrownBy(() -> Budget.parse("0us")).hasMessageContaining("above 0");
  }

  @Test
  void excess_namesEachLimitThatIsPassed() {
    Budget budget = Budget.parse("200us, p99 2ms, 64MiB");
    assertThat(budget.excess(new Cost(2e5, 2e6, 64 << 20))).isEmpty();
    assertThat(budget.excess(new Cost(3e5, 1e6, 65 << 20)))
        .isEqualTo("300 us of 200 us an event, 65.00 MiB of 64.00 MiB");
    assertThat(budget.excess(new Cost(1, 4e6, 1))).isEqualTo("p99 4,000 us of 2,000 us");
    assertThat(budget.isBeyond(new Cost(2e5, 2e6, 64 << 20), 1)).isFalse();
    assertThat(budget.isBeyond(new Cost(3e5, 4e6, 64 << 20), 1)).isTrue();
    assertThat(budget.isBeyond(new Cost(3e5, 4e6, 64 << 20), 2)).isFalse();
    assertThat(budget.isBeyond(new Cost(1, 1, 65 << 20), 2)).isTrue();
    assertThat(budget.share(new Cost(1e5, 3e6, 1))).isEqualTo(1.5);
  }
}
