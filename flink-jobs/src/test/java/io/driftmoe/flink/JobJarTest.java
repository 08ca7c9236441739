// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar that {@code flink run} takes; Maven runs this after packaging. */
@EnabledIfSystemProperty(named = "driftmoe.job-jar", matches = ".+")
class JobJarTest {
  /** Kafka's server with its language, Flink's own classes, and the local cluster. */
  private static final List<String> ELSEWHERE =
      List.of(
          "io/driftmoe/local/",
          "kafka/",
          "scala/",
          "org/apache/kafka/controller/",
          "org/apache/kafka/metadata/",
          "org/apache/kafka/raft/",
          "org/apache/flink/runtime/");

  /**
   * 46.3 MB at present; 26 MB of them are native libraries of Aparapi and zstd, for all systems.
   */
  private static final long MOST_BYTES = 48_000_000;

  /** In their jars nothing says what they are. */
  private static final Set<String> WITHOUT_METADATA =
      Set.of(
          "org.apache.kafka:kafka-clients",
          "org.apache.flink:flink-connector-kafka",
          "com.github.luben:zstd-jni");

  private static final Pattern BUNDLED = Pattern.compile("(?m)^- ([^:\\s]+:[^:\\s]+):([^:\\s]+)$");
  private static final Pattern METADATA =
      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.properties");

  private static JarFile open() throws IOException {
    return new JarFile(System.getProperty("driftmoe.job-jar"));
  }

  private static List<String> classes(JarFile jar) {
    return jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")).toList();
  }

  private static String text(JarFile jar, String entry) throws IOException {
    ZipEntry found = jar.getEntry(entry);
    assertThat(found).as(entry).isNotNull();
    try (InputStream in = jar.getInputStream(found)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void holdsTheJobAndNoServer() throws IOException {
    List<String> classes;
    try (JarFile jar = open()) {
      classes = classes(jar);
    }

    assertThat(classes)
        .contains(
            "io/driftmoe/flink/JobMain.class",
            "io/driftmoe/router/MixtureOfExperts.class",
            // named by an annotation that Flink reads where it deserialises the job
            "org/jspecify/annotations/Nullable.class",
            "org/apache/kafka/clients/producer/KafkaProducer.class",
            "org/apache/flink/connector/kafka/sink/KafkaSink.class");
    assertThat(classes.stream().filter(name -> ELSEWHERE.stream().anyMatch(name::startsWith)))
        .isEmpty();
  }

  /** What a distribution of Flink has in its folder lib, by the names of Maven's jars. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "flink-(?!connector-kafka|test-utils).*",
        "(slf4j|log4j)-.*",
        "(kryo|minlog|objenesis|reflectasm)-.*",
        "commons-(cli|collections|compress|io|lang3|math3|text)-.*",
        "(snappy-java|lz4-java|javassist|RoaringBitmap|snakeyaml-engine)-.*"
      })
  void holdsNoClassOfTheCluster(String jars) throws IOException {
    List<Path> found =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> path.getFileName().toString().matches(jars + "\\.jar"))
            .toList();
    assertThat(found).as("on the class path").isNotEmpty();
    Set<String> theirs = new TreeSet<>();
    for (Path path : found) {
      try (JarFile jar = new JarFile(path.toFile())) {
        theirs.addAll(classes(jar));
      }
    }
    try (JarFile jar = open()) {
      theirs.retainAll(classes(jar));
    }
    // some jars of Flink leave these behind of libraries that they renamed
    theirs.removeIf(name -> name.startsWith("META-INF/versions/"));
    assertThat(theirs).isEmpty();
  }

  @Test
  void noticeListsWhatIsBundled_withTheTextsOfTheLicences() throws IOException {
    try (JarFile jar = open()) {
      String notice = text(jar, "META-INF/NOTICE");
      Set<String> listed = new TreeSet<>();
      BUNDLED
          .matcher(notice)
          .results()
          .forEach(artefact -> listed.add(artefact.group(1) + ":" + artefact.group(2)));

      assertThat(listed)
          .filteredOn(
              artefact ->
                  !WITHOUT_METADATA.contains(artefact.substring(0, artefact.lastIndexOf(':'))))
          .containsExactlyElementsOf(bundled(jar));
      for (String artefact : WITHOUT_METADATA) {
        String name = artefact.split(":")[1];
        String version = versionOnTheClassPath(name);
        assertThat(listed).contains(artefact + ":" + version);
      }
      List<String> texts =
          Pattern.compile("META-INF/[\\w./-]*LICENSE|META-INF/licenses/[\\w.-]+\\.txt")
              .matcher(notice)
              .results()
              .map(MatchResult::group)
              .distinct()
              .toList();
      assertThat(texts).hasSizeGreaterThanOrEqualTo(5);
      for (String licence : texts) {
        assertThat(text(jar, licence)).as(licence).hasSizeGreaterThan(500);
      }
      assertThat(text(jar, "META-INF/LICENSE")).contains("GNU GENERAL PUBLIC LICENSE");
      assertThat(text(jar, "META-INF/licenses/Apache-2.0.txt")).contains("Apache License");
      // section 4d of the Apache License
      assertThat(notice).contains("Apache Avro", "Flink : Connectors : Kafka", "Jackson");
      assertThat(text(jar, "META-INF/NOTICE.txt")).contains("Apache Commons BCEL");
      assertThat(text(jar, "NOTICE")).contains("Apache Kafka");
    }
  }

  /** Artefacts of others, from what Maven leaves in jars. */
  private static List<String> bundled(JarFile jar) throws IOException {
    List<String> artefacts = new ArrayList<>();
    for (String name :
        jar.stream()
            .map(ZipEntry::getName)
            .filter(METADATA.asMatchPredicate())
            .filter(name -> !name.contains("/io.driftmoe/"))
            .collect(Collectors.toList())) {
      Properties properties = new Properties();
      try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
        properties.load(in);
      }
      artefacts.add(
          "%s:%s:%s"
              .formatted(
                  properties.getProperty("groupId"),
                  properties.getProperty("artifactId"),
                  properties.getProperty("version")));
    }
    artefacts.sort(null);
    return artefacts;
  }

  private static String versionOnTheClassPath(String artefact) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(path -> Path.of(path).getFileName().toString())
        .filter(name -> name.matches(Pattern.quote(artefact) + "-\\d.*\\.jar"))
        .map(name -> name.substring(artefact.length() + 1, name.length() - ".jar".length()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void doesNotGrowUnseen() throws IOException {
    assertThat(Files.size(Path.of(System.getProperty("driftmoe.job-jar"))))
        .isBetween(MOST_BYTES / 2, MOST_BYTES);
  }
}
