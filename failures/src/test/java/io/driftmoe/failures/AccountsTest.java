// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccountsTest {
  private static final long SENT = 100;

  @Test
  void everythingLearned_balances() {
    assertThat(new Accounts(SENT, SENT, 0, 0, 0, 0, 0))
        .matches(counts -> counts.balance(SENT, SENT))
        .matches(Accounts::allLearned);
  }

  @Test
  void labelsGivenUpAndCounted_balanceButAreNotLearned() {
    assertThat(new Accounts(SENT, SENT - 3, 3, 1, 2, 0, 5))
        .matches(counts -> counts.balance(SENT, SENT))
        .matches(counts -> !counts.allLearned());
  }

  @Test
  void whatIsMissing_orHasNoDeadLetter_doesNotBalance() {
    assertThat(new Accounts(SENT - 1, SENT, 0, 0, 0, 0, 0).balance(SENT, SENT)).isFalse();
    assertThat(new Accounts(SENT, SENT - 1, 0, 1, 0, 0, 0).balance(SENT, SENT)).isFalse();
    assertThat(new Accounts(SENT, SENT - 1, 1, 0, 0, 0, 1).balance(SENT, SENT)).isFalse();
    assertThat(new Accounts(SENT, SENT - 1, 1, 0, 1, 0, 1).balance(SENT, SENT)).isFalse();
    assertThat(new Accounts(SENT, SENT, 0, 0, 0, 1, 0).balance(SENT, SENT)).isFalse();
  }
}
