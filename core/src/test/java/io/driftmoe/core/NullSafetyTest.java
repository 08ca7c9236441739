// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The build refuses null where a signature does not name it. Compiles with the arguments of the
 * root pom, in a JVM that is opened as {@code .mvn/jvm.config} opens Maven's.
 */
class NullSafetyTest {
  private static final Path ROOT = Path.of("..");

  /** Packages that are not marked; none may be added. */
  private static final List<Path> LEFT =
      List.of(
          // classes that Avro generates say nothing of null
          Path.of("schemas/src/main/java/io/driftmoe/schemas/avro"));

  @TempDir Path folder;

  @Test
  void aDereferenceOfNullIsAnError() throws Exception {
    assertThat(compile("return text.length();"))
        .contains("error: [NullAway] dereferenced expression 'text' is @Nullable");
  }

  @Test
  void aDereferenceBehindACheckIsNone() throws Exception {
    assertThat(compile("return text == null ? 0 : text.length();")).isEmpty();
  }

  @Test
  void eachPackageIsNullMarked() throws IOException {
    TreeSet<Path> unmarked = new TreeSet<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path sources : modules.map(module -> module.resolve("src/main/java")).toList()) {
        if (Files.exists(sources)) {
          unmarked.addAll(unmarked(sources));
        }
      }
    }
    assertThat(unmarked)
        .as("packages whose package-info.java lacks @NullMarked: nothing checks them for null")
        .containsExactlyInAnyOrderElementsOf(LEFT);
  }

  private static TreeSet<Path> unmarked(Path sources) throws IOException {
    TreeSet<Path> unmarked = new TreeSet<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        Path info = file.resolveSibling("package-info.java");
        if (!Files.exists(info) || !Files.readString(info).contains("\n@NullMarked\npackage ")) {
          unmarked.add(ROOT.relativize(file.getParent()));
        }
      }
    }
    return unmarked;
  }

  /** What the compiler says of a method with this body and a nullable parameter. */
  private String compile(String body) throws Exception {
    Path source = folder.resolve("Sample.java");
    Files.writeString(
        source,
        """
        import org.jspecify.annotations.NullMarked;
        import org.jspecify.annotations.Nullable;

        @NullMarked
        final class Sample {
          static int length(@Nullable String text) {
            %s
          }
        }
        """
            .formatted(body));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    for (String line : Files.readAllLines(ROOT.resolve(".mvn/jvm.config"))) {
      command.add("-J" + line);
    }
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-proc:none", "-cp", classPath, "-processorpath", classPath));
    command.addAll(List.of("-d", folder.toString()));
    command.addAll(argumentsOfTheBuild());
    command.add(source.toString());
    Process javac = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(javac.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(javac.waitFor()).as(said).isEqualTo(said.contains("error:") ? 1 : 0);
    return said;
  }

  /** Those that the pom adds for main code, with its properties filled in. */
  private static List<String> argumentsOfTheBuild() throws IOException {
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    String execution = pom.substring(pom.indexOf("<id>default-compile</id>"));
    execution = execution.substring(0, execution.indexOf("</execution>"));
    return Pattern.compile("<arg>(.*?)</arg>")
        .matcher(execution)
        .results()
        .map(argument -> filledIn(argument.group(1), pom))
        .toList();
  }

  private static String filledIn(String argument, String pom) {
    return Pattern.compile("\\$\\{(.*?)}")
        .matcher(argument)
        .replaceAll(name -> Matcher.quoteReplacement(property(name, pom)));
  }

  private static String property(MatchResult name, String pom) {
    Matcher value = Pattern.compile("<" + Pattern.quote(name.group(1)) + ">(.*?)</").matcher(pom);
    assertThat(value.find()).as("the pom sets " + name.group(1)).isTrue();
    return value.group(1);
  }
}
