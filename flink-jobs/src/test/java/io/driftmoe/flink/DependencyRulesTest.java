// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.flink.metrics.MetricGroup;

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

  @ArchTest
  static final ArchRule METRICS_ARE_THOSE_OF_THE_TABLE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.driftmoe.flink.JobMetric")
          .should()
          .callMethodWhere(
              target(owner(assignableTo(MetricGroup.class)))
                  .and(target(nameMatching("counter|gauge|histogram|meter"))));
}
