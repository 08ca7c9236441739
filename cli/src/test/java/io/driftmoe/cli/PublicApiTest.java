// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The public face. {@code public-api.txt} lists each public type and member that is promised to
 * embedders, {@code internal-api.txt} what is public in the same packages for the sake of other
 * modules only. A type stands there as {@code core.Attribute}, a member as {@code core.Attribute:
 * boolean Attribute.isNominal()}. Packages not named here are internal as a whole.
 */
class PublicApiTest {
  private static final String ROOT = "io.driftmoe.";
  private static final List<String> PACKAGES =
      List.of("core", "drift", "gates", "experts", "router", "schemas", "flink");

  private static final Path LISTS = Path.of("src/test/resources");
  private static final Path FOUND = Path.of("target/public-api.txt");
  private static final Path PAGE = Path.of("../docs/public-api.md");

  private static final Set<String> FROM_OBJECT = Set.of("equals", "hashCode", "toString");
  private static final Pattern PACKAGE = Pattern.compile("\\b([a-z][a-z0-9_]*\\.)+(?=[A-Z])");
  private static final Pattern NOISE =
      Pattern.compile("\\b(public|final|synchronized|native|transient|volatile) ");
  private static final Pattern OURS =
      Pattern.compile("\\bio\\.driftmoe\\.([a-z]+\\.)+[A-Z]\\w*(\\$\\w+)*");

  private static List<Class<?>> types;
  private static Set<String> promised;
  private static Set<String> internal;

  @BeforeAll
  static void read() throws IOException {
    String[] packages = PACKAGES.stream().map(name -> ROOT + name).toArray(String[]::new);
    types =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(packages)
                .stream()
                .<Class<?>>map(JavaClass::reflect)
                .filter(PublicApiTest::isVisible)
                .filter(type -> !isPartOfGeneratedRecord(type))
                .toList();
    promised = lines(LISTS.resolve("public-api.txt"));
    internal = lines(LISTS.resolve("internal-api.txt"));
  }

  @Test
  void whatIsPublicIsListed() throws IOException {
    Set<String> found = new TreeSet<>();
    for (Class<?> type : types) {
      if (!internal.contains(name(type))) {
        found.add(name(type));
        members(type).stream()
            .map(member -> line(type, member))
            .filter(line -> !internal.contains(line))
            .forEach(found::add);
      }
    }
    Files.createDirectories(FOUND.getParent());
    Files.write(FOUND, found);

    assertThat(without(found, promised))
        .as(
            """
            public, but in no list. Make it package-private; or promise it to embedders: its line goes
            into cli/src/test/resources/public-api.txt, a new type also into docs/public-api.md; or, if
            another module needs it, put the line into internal-api.txt. cli/target/public-api.txt is
            what public-api.txt would be""")
        .isEmpty();
    assertThat(without(promised, found))
        .as(
            """
            promised in cli/src/test/resources/public-api.txt, but gone or changed: embedders call it.
            If that is meant, CHANGELOG.md says so, and cli/target/public-api.txt is the new list""")
        .isEmpty();
  }

  @Test
  void whatIsInternalExists() {
    Set<String> found = new TreeSet<>();
    for (Class<?> type : types) {
      found.add(name(type));
      members(type).forEach(member -> found.add(line(type, member)));
    }
    assertThat(without(internal, found)).as("gone, but in internal-api.txt").isEmpty();
  }

  @Test
  void thePromisedNeedsNothingInternal() {
    Set<String> needed = new TreeSet<>();
    for (Class<?> type : types) {
      if (promised.contains(name(type))) {
        members(type).stream()
            .filter(member -> promised.contains(line(type, member)))
            .map(PublicApiTest::text)
            .forEach(
                text -> {
                  for (Matcher ours = OURS.matcher(text); ours.find(); ) {
                    String other = ours.group().substring(ROOT.length());
                    if (!promised.contains(other)) {
                      needed.add(other + " in " + text);
                    }
                  }
                });
      }
    }
    assertThat(needed).as("a promised member mentions a type that is not promised").isEmpty();
  }

  @Test
  void thePageNamesEachPromisedType() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(promised)
        .as("docs/public-api.md has a word on each type of public-api.txt")
        .filteredOn(line -> !line.contains(":") && !line.contains("$"))
        .allMatch(line -> page.contains("`" + line.substring(line.lastIndexOf('.') + 1) + "`"));
  }

  /**
   * Each promised type, and each public member of it, has a comment with all tags. The compiler
   * asks for that in the modules that the parent pom names; this holds in whichever module a
   * promised type is.
   */
  @Test
  void thePromisedIsDocumented(@TempDir Path folder) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Class<?> type : types) {
      if (promised.contains(name(type)) && type.getEnclosingClass() == null) {
        source(type).ifPresent(sources::add);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(found, Locale.ROOT, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-Xdoclint:all/protected",
              "-Xmaxwarns",
              "10000",
              "-d",
              folder.toString(),
              "-cp",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      Iterable<? extends JavaFileObject> units = files.getJavaFileObjectsFromPaths(sources);
      assertThat(compiler.getTask(null, files, found, options, null, units).call()).isTrue();
    }

    assertThat(sources).hasSizeGreaterThan(40);
    assertThat(found.getDiagnostics())
        .extracting(fault -> fault.getSource() + ": " + fault.getMessage(Locale.ROOT))
        .isEmpty();
  }

  /** Empty for the classes that Avro generates. */
  private static Optional<Path> source(Class<?> type) throws IOException {
    String file = type.getName().replace('.', '/') + ".java";
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      return modules
          .map(module -> module.resolve("src/main/java").resolve(file))
          .filter(Files::exists)
          .findFirst();
    }
  }

  private static Set<String> lines(Path list) throws IOException {
    try (Stream<String> lines = Files.lines(list)) {
      return lines
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> without(Collection<String> all, Set<String> those) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(those);
    return rest;
  }

  private static boolean isVisible(Class<?> type) {
    for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
      if (!Modifier.isPublic(at.getModifiers())) {
        return false;
      }
    }
    return true;
  }

  /** The classes of Avro records follow from their schemas, which have tests of their own. */
  private static boolean isGeneratedRecord(Class<?> type) {
    return SpecificRecord.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers());
  }

  private static boolean isPartOfGeneratedRecord(Class<?> type) {
    return type.getEnclosingClass() != null && isGeneratedRecord(type.getEnclosingClass());
  }

  private static List<Member> members(Class<?> type) {
    if (isGeneratedRecord(type)) {
      return List.of();
    }
    return Stream.<Member[]>of(
            type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
        .flatMap(Arrays::stream)
        .filter(member -> !member.isSynthetic())
        .filter(member -> isCallable(type, member))
        .filter(member -> !FROM_OBJECT.contains(member.getName()))
        .toList();
  }

  private static boolean isCallable(Class<?> type, Member member) {
    boolean inherited =
        Modifier.isProtected(member.getModifiers()) && !Modifier.isFinal(type.getModifiers());
    return Modifier.isPublic(member.getModifiers()) || inherited;
  }

  private static String name(Class<?> type) {
    return type.getName().substring(ROOT.length());
  }

  private static String line(Class<?> type, Member member) {
    String signature = PACKAGE.matcher(text(member)).replaceAll("");
    return name(type) + ": " + NOISE.matcher(signature).replaceAll("");
  }

  private static String text(Member member) {
    return member instanceof Executable executable
        ? executable.toGenericString()
        : ((Field) member).toGenericString();
  }
}
