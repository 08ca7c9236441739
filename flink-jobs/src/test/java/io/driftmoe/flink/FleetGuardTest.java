// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetGuardTest {
  private static FleetGuard guard(String fleet) {
    Map<String, String> options = fleet.isEmpty() ? Map.of() : Map.of("learner.fleet", fleet);
    return new FleetGuard(StateKeys.of(Events.options(options)));
  }

  @Test
  void twoKeysOfOneFleetAreRefusedByName() {
    FleetGuard guard = guard("all");
    guard.require("a");
    guard.require("a");
    assertThatThrownBy(() -> guard.require("b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("learner.fleet: the models of 'a' and 'b' have one in common");
  }

  @Test
  void keysOfSeveralFleetsAreNot() {
    FleetGuard guard = guard("prefix");
    guard.require("lyon/a");
    assertThatCode(() -> guard.require("paris/a")).doesNotThrowAnyException();
    assertThatThrownBy(() -> guard.require("lyon/b")).hasMessageContaining("'lyon/a'");
  }

  @Test
  void keysWithoutFleetsAreFree() {
    FleetGuard guard = guard("");
    guard.require("a");
    assertThatCode(() -> guard.require("b")).doesNotThrowAnyException();
  }
}
