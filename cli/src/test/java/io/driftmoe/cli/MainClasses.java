// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The main classes of all modules, from the class path of this one, which sees them all. */
final class MainClasses {
  /** The test jars of modules are on the class path as well. */
  private static final ImportOption NO_TEST_JARS = location -> !location.contains("-tests.jar");

  /** Written by JMH's annotation processor. */
  private static final ImportOption NO_GENERATED_BENCHMARKS =
      location -> !location.contains("/jmh_generated/");

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(NO_TEST_JARS)
          .withImportOption(NO_GENERATED_BENCHMARKS)
          .importPackages("io.driftmoe");

  private MainClasses() {}

  static JavaClasses all() {
    return ALL;
  }
}
