// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The bill of materials names what the command runs with. Maven runs this after packaging. */
@EnabledIfSystemProperty(named = "driftmoe.packaged", matches = ".+")
class SbomTest {
  private static final Path TARGET = Path.of(System.getProperty("driftmoe.packaged", "target"));

  @Test
  void everyJarOnTheClassPathOfTheCommandIsListedWithItsHashAndLicence() throws Exception {
    Path file = TARGET.resolve("driftmoe-sbom.json");
    assumeThat(file).as("made unless Maven is offline").exists();
    JsonNode sbom = new ObjectMapper().readTree(file.toFile());
    assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");
    Map<String, JsonNode> components = new TreeMap<>();
    for (JsonNode component : sbom.path("components")) {
      components.put(component.path("name").asText(), component);
    }

    for (Path jar : jars()) {
      String name = jar.getFileName().toString();
      JsonNode component =
          components.entrySet().stream()
              .filter(entry -> name.matches(Pattern.quote(entry.getKey()) + "-\\d.*"))
              .max(Comparator.comparing(entry -> entry.getKey().length()))
              .orElseThrow(() -> new AssertionError(name + " is not listed"))
              .getValue();
      assertThat(component.path("licenses")).as("licences of %s", name).isNotEmpty();
      // a jar of another version is left from an earlier build
      if (name.endsWith("-" + component.path("version").asText() + ".jar")
          && !name.startsWith("driftmoe-")) {
        assertThat(sha256(component)).as("hash of %s", name).isEqualTo(sha256(jar));
      }
    }
    assertThat(components).hasSizeGreaterThan(100);
  }

  private static Iterable<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(TARGET.resolve("lib"))) {
      return files.toList();
    }
  }

  private static String sha256(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.path("alg").asText().equals("SHA-256")) {
        return hash.path("content").asText();
      }
    }
    return "";
  }

  private static String sha256(Path jar) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
  }
}
