// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What names the version names the same one, and a release has its section in the changelog. */
class VersionTest {
  private static final Path ROOT = Repository.root();
  private static final String SNAPSHOT = "-SNAPSHOT";

  /** Of the project itself, or of its parent: what comes first. */
  private static String version(Path pom) {
    Matcher found =
        Pattern.compile("<artifactId>driftmoe-parent</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Repository.read(pom));
    assertThat(found.find()).as("version in %s", pom).isTrue();
    return found.group(1);
  }

  @Test
  void allModulesAndTheReadmeHaveTheSame() {
    String version = version(ROOT.resolve("pom.xml"));
    assertThat(Repository.files("pom.xml"))
        .filteredOn(pom -> !pom.startsWith(ROOT.resolve("examples"))) // programs of their own
        .filteredOn(pom -> !pom.startsWith(ROOT.resolve("library/src/it"))) // likewise
        .filteredOn(pom -> pom.endsWith("pom.xml")) // what a build leaves has another name
        .hasSizeGreaterThan(10)
        .allSatisfy(pom -> assertThat(version(pom)).as("%s", pom).isEqualTo(version));
    assertThat(Repository.read(ROOT.resolve("README.md")))
        .contains("<artifactId>driftmoe</artifactId>\n  <version>" + version + "</version>");
  }

  @Test
  void theChangelogHasASectionForEachRelease() {
    String version = version(ROOT.resolve("pom.xml"));
    String changelog = Repository.read(ROOT.resolve("CHANGELOG.md"));
    String heading =
        "\n## " + Pattern.quote(version.replace(SNAPSHOT, "")) + " - \\d{4}-\\d\\d-\\d\\d\n";
    if (version.endsWith(SNAPSHOT)) {
      assertThat(changelog).contains("\n## Unreleased\n").doesNotContainPattern(heading);
    } else {
      assertThat(changelog).containsPattern("\n## Unreleased\n" + heading);
    }
  }
}
