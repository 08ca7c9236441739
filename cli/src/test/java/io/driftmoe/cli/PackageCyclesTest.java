// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import org.junit.jupiter.api.Test;

/** What the poms cannot say: packages of one module must not depend on each other in a circle. */
class PackageCyclesTest {

  @Test
  void packages_haveNoCircle() {
    slices().matching("io.driftmoe.(**)").should().beFreeOfCycles().check(MainClasses.all());
  }
}
