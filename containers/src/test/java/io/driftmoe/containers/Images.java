// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The images that the tests run: those of docker-compose.yml, unless the environment names others,
 * and the one that the Dockerfile makes of this checkout.
 */
final class Images {
  /** Not the name that people give it: theirs stays what it is. */
  static final String DRIFTMOE = "driftmoe:test";

  private static final Duration MOST = Duration.ofMinutes(10);
  private static boolean areThere;

  private Images() {}

  static String kafka() {
    return named("DRIFTMOE_KAFKA_IMAGE");
  }

  static String flink() {
    return named("DRIFTMOE_FLINK_IMAGE");
  }

  private static String named(String variable) {
    String given = System.getenv(variable);
    return given != null ? given : inCompose(variable);
  }

  /** The default of a variable in docker-compose.yml. */
  static String inCompose(String variable) {
    Matcher matcher =
        Pattern.compile("\\$\\{" + variable + ":-([^}]+)}")
            .matcher(Checkout.read("docker-compose.yml"));
    assertThat(matcher.find()).as("%s in docker-compose.yml", variable).isTrue();
    return matcher.group(1);
  }

  /** Builds ours, and stand-ins for those that cannot be had; once. */
  static synchronized void require() throws IOException, InterruptedException {
    if (areThere) {
      return;
    }
    assertThat(Checkout.ROOT.resolve("flink-jobs/target/driftmoe-job.jar"))
        .as("made by the phase package: mvn verify, or mvn package -Dmaven.test.skip=true")
        .exists();
    assertThat(Files.isDirectory(Checkout.ROOT.resolve("cli/target/lib"))).isTrue();
    Docker.run("version");
    String made = Command.run(Map.of(), MOST, List.of("containers/stand-ins/build.sh")).succeeded();
    made.lines().forEach(System.err::println);
    Docker.run("build", "-q", "-t", DRIFTMOE, ".");
    areThere = true;
  }
}
