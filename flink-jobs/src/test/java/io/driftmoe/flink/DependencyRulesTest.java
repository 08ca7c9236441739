// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the poms cannot say, because Maven hands on the dependencies of dependencies. */
@AnalyzeClasses(packages = "io.driftmoe", importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyRulesTest {

  @ArchTest
  static final ArchRule MOA_STAYS_BEHIND_ITS_ADAPTERS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.driftmoe.core..",
              "io.driftmoe.drift..",
              "io.driftmoe.schemas..",
              "io.driftmoe.router..",
              "io.driftmoe.flink..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("moa..", "com.yahoo.labs..");
}
