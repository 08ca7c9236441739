// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Preset;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program of somebody else's, outside of this build, with one dependency: built by Maven against
 * nothing but the packaged artifact in a repository of its own, and run. What Maven needs besides
 * comes from the cache of this build, so no network is needed.
 */
class ConsumerIT {
  private static final String VERSION = System.getProperty("driftmoe.version");
  private static final String PACKAGED = System.getProperty("driftmoe.packaged");

  @TempDir private Path folder;

  @Test
  void oneDependency_isAllThatAProgramNeeds() throws Exception {
    Path repository = install();
    Path program = copy(Path.of("src/it/consumer"), folder.resolve("consumer"));
    Path classPath = folder.resolve("class-path");

    String built =
        run(
            program,
            Path.of(System.getProperty("driftmoe.maven-home"), "bin/mvn").toString(),
            "--batch-mode",
            "--quiet",
            "--settings",
            settings().toString(),
            "-Dmaven.repo.local=" + repository,
            "-Ddriftmoe.version=" + VERSION,
            "-Dmdep.outputFile=" + classPath,
            "compile",
            "dependency:build-classpath");

    List<String> jars = List.of(Files.readString(classPath).split(File.pathSeparator));
    assertThat(jars)
        .as(built)
        .extracting(jar -> Path.of(jar).getFileName().toString().replaceFirst("-[0-9].*", ""))
        .containsExactlyInAnyOrder(
            "driftmoe",
            "moa",
            "jackson-databind",
            "jackson-core",
            "jackson-annotations",
            "jspecify");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-cp");
    command.add(program.resolve("target/classes") + File.pathSeparator + String.join(":", jars));
    command.add("consumer.Consumer");
    command.add(folder.resolve("model.bin").toString());
    assertThat(run(program, command.toArray(String[]::new)).lines().filter(l -> !l.isBlank()))
        .containsSubsequence(expected());
  }

  /** What the program prints, by the modules of this build. */
  private static List<String> expected() {
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.numeric("left"), Attribute.nominal("right", List.of("low", "high"))),
            new LabelSpace(List.of("left", "right")));
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    for (int[] part : new int[][] {{1, 200}, {7, 100}}) {
      Random random = new Random(part[0]);
      for (int i = 0; i < part[1]; i++) {
        double left = random.nextDouble();
        boolean high = random.nextBoolean();
        var prediction = mixture.predict(FeatureVector.of(left, high ? 1 : 0));
        mixture.learn(prediction, left > (high ? 0.75 : 0.25) ? 0 : 1);
      }
    }
    double[] probabilities = mixture.predict(FeatureVector.of(0.3, 1)).probabilities();
    return List.of(
        Double.toString(mixture.evaluation().overall().accuracy()),
        Arrays.toString(probabilities),
        "true");
  }

  /** Each type that is promised to programs, and that is no part of a job, has source and page. */
  @Test
  void sourcesAndJavadoc_haveThePublicFace() throws IOException {
    try (JarFile jar = new JarFile(PACKAGED + ".jar");
        JarFile sources = new JarFile(PACKAGED + "-sources.jar");
        JarFile pages = new JarFile(PACKAGED + "-javadoc.jar");
        Stream<String> lines = Files.lines(Path.of("../cli/src/test/resources/public-api.txt"))) {
      List<String> types =
          lines
              .filter(line -> line.matches("(core|drift|gates|experts|router)[.][\\w.$]+"))
              .map(line -> "io/driftmoe/" + line.replace('.', '/'))
              .toList();
      assertThat(types).hasSizeGreaterThan(50);
      assertThat(types)
          .allMatch(type -> has(jar, type + ".class"))
          .allMatch(type -> has(sources, type.replaceFirst("[$].*", "") + ".java"))
          .allMatch(type -> has(pages, type.replace('$', '.') + ".html"));
      assertThat(jar.stream().map(ZipEntry::getName))
          .filteredOn(name -> name.endsWith(".class"))
          .allMatch(name -> name.startsWith("io/driftmoe/"));
      assertThat(has(jar, "META-INF/LICENSE")).isTrue();
    }
  }

  private static boolean has(JarFile jar, String entry) {
    return jar.getEntry(entry) != null;
  }

  /** As {@code mvn install} leaves it, in a repository that holds nothing else. */
  private Path install() throws IOException {
    Path repository = folder.resolve("repository");
    Path place =
        Files.createDirectories(repository.resolve("io/driftmoe/driftmoe").resolve(VERSION));
    Files.copy(
        Path.of(System.getProperty("driftmoe.pom")),
        place.resolve("driftmoe-%s.pom".formatted(VERSION)));
    for (String classifier : List.of("", "-sources", "-javadoc")) {
      Files.copy(
          Path.of(PACKAGED + classifier + ".jar"),
          place.resolve("driftmoe-%s%s.jar".formatted(VERSION, classifier)));
    }
    return repository;
  }

  /** In place of every repository the cache of this build. */
  private Path settings() throws IOException {
    Path cache = Path.of(System.getProperty("driftmoe.maven-cache"));
    return Files.writeString(
        folder.resolve("settings.xml"),
        """
        <settings>
          <mirrors>
            <mirror><id>cache</id><mirrorOf>*</mirrorOf><url>%s</url></mirror>
          </mirrors>
        </settings>
        """
            .formatted(cache.toUri()));
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  private String run(Path where, String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // of the build that runs this test
    builder.environment().keySet().removeAll(List.of("MAVEN_OPTS", "MAVEN_ARGS", "JAVA_HOME"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }
}
