// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

/** A jar that bundles others, for tests of what is in it. */
public final class BundledJar implements AutoCloseable {
  private static final Pattern BUNDLED = Pattern.compile("(?m)^- ([^:\\s]+:[^:\\s]+):([^:\\s]+)$");
  private static final Pattern METADATA =
      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.properties");
  private static final Pattern TEXTS =
      Pattern.compile("META-INF/[\\w./-]*LICENSE|META-INF/licenses/[\\w.-]+\\.txt");

  private final JarFile jar;

  private BundledJar(JarFile jar) {
    this.jar = jar;
  }

  /** Opens the jar that a system property names. */
  public static BundledJar ofProperty(String property) throws IOException {
    return new BundledJar(new JarFile(System.getProperty(property)));
  }

  /** Names of its entries that are classes. */
  public List<String> classes() {
    return classes(jar);
  }

  private static List<String> classes(JarFile jar) {
    return jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")).toList();
  }

  /** An entry that must be there, as text. */
  public String text(String entry) throws IOException {
    ZipEntry found = jar.getEntry(entry);
    assertThat(found).as(entry).isNotNull();
    try (InputStream in = jar.getInputStream(found)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Requires that it has no class of jars that are on the class path by this name. */
  public void requireNoClassOf(String jars) throws IOException {
    List<Path> found =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> path.getFileName().toString().matches(jars + "\\.jar"))
            .toList();
    assertThat(found).as("on the class path").isNotEmpty();
    Set<String> theirs = new TreeSet<>();
    for (Path path : found) {
      try (JarFile other = new JarFile(path.toFile())) {
        theirs.addAll(classes(other));
      }
    }
    theirs.retainAll(classes());
    // some jars of Flink leave these behind of libraries that they renamed
    theirs.removeIf(name -> name.startsWith("META-INF/versions/"));
    assertThat(theirs).isEmpty();
  }

  /**
   * Requires that the notice names each artefact of others that is bundled, in its version, and
   * that the texts of the licences it names are there.
   *
   * @param withoutMetadata those in whose jars nothing says what they are
   */
  public void requireNotice(Set<String> withoutMetadata) throws IOException {
    String notice = text("META-INF/NOTICE");
    Set<String> listed = new TreeSet<>();
    BUNDLED
        .matcher(notice)
        .results()
        .forEach(artefact -> listed.add(artefact.group(1) + ":" + artefact.group(2)));

    assertThat(listed)
        .filteredOn(
            artefact -> !withoutMetadata.contains(artefact.substring(0, artefact.lastIndexOf(':'))))
        .containsExactlyElementsOf(bundled());
    for (String artefact : withoutMetadata) {
      assertThat(listed).contains(artefact + ":" + versionOnTheClassPath(artefact.split(":")[1]));
    }
    List<String> texts =
        TEXTS.matcher(notice).results().map(MatchResult::group).distinct().toList();
    assertThat(texts).hasSizeGreaterThanOrEqualTo(5);
    for (String licence : texts) {
      assertThat(text(licence)).as(licence).hasSizeGreaterThan(500);
    }
    assertThat(text("META-INF/LICENSE")).contains("GNU GENERAL PUBLIC LICENSE");
    assertThat(text("META-INF/licenses/Apache-2.0.txt")).contains("Apache License");
  }

  /** Artefacts of others, from what Maven leaves in jars. */
  private List<String> bundled() throws IOException {
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

  @Override
  public void close() throws IOException {
    jar.close();
  }
}
