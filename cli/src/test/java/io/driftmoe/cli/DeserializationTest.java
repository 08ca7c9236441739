// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes from outside never says which classes are made of it. */
class DeserializationTest {
  /** Refuses without a system property, and reads classes of MOA and collections alone. */
  private static final String CONSENTED = "io.driftmoe.experts.moa.MoaSerialization";

  private static final JavaClasses CLASSES = MainClasses.all();

  static List<ArchRule> rules() {
    return List.of(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName(CONSENTED)
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                "java\\.io\\.ObjectInputStream|java\\.beans\\.XMLDecoder|com\\.esotericsoftware\\..*"
                    + "|javax\\.management\\.remote\\..*|java\\.rmi\\..*")
            .because(
                "these make objects of any class on the class path; MOA's classifiers have no other"
                    + " form, for which whoever starts the JVM must consent, and no job does"),
        noClasses()
            .should()
            .callMethodWhere(
                target(
                    nameMatching(
                        "(deserializeObject|(enable|activate)DefaultTyping.*|setDefaultTyping"
                            + "|readUnsafe)")))
            .because("these make objects of classes that the input names"),
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("com\\.fasterxml\\.jackson\\.annotation\\.JsonTypeInfo.*")
            .because("JSON and YAML must not name classes"),
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.avro.reflect..", "org.apache.avro.file..")
            .because("they take the schema, which may name classes, from the data"),
        noClasses()
            .that()
            .resideOutsideOfPackage("io.driftmoe.schemas..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.apache.avro.Schema$Parser")
            .because(
                "schemas are read in that module: our own, and those of others, by which no reader"
                    + " makes objects"),
        classes()
            .that()
            .haveNameMatching(".*\\.Yaml[A-Z].*|.*ConfigTree")
            .should()
            .onlyDependOnClassesThat()
            .haveNameNotMatching("org\\.yaml\\.snakeyaml\\.(Yaml|constructor\\..*)")
            .because("SnakeYAML itself makes objects of classes that tags name"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void noClassIsNamedByTheInput(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void noSchemaOfATopicNamesAJavaClass() {
    assertThat(Repository.files(".avsc"))
        .hasSizeGreaterThan(6)
        .allSatisfy(schema -> assertThat(Repository.read(schema)).doesNotContain("java-"));
  }
}
