// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts the command, with a JVM that only says what it was started with. */
class LauncherTest {
  private static final String WARNING = "WARNING: Using incubator modules: jdk.incubator.vector";

  @TempDir private static Path folder;

  /** What a process came to. */
  private record Ended(int exitCode, String out, String err) {}

  @BeforeAll
  static void install() throws IOException {
    Files.copy(Repository.root().resolve("driftmoe"), folder.resolve("driftmoe"));
    Files.createDirectories(folder.resolve("cli/target/lib"));
    Files.createDirectories(folder.resolve("cli/src/main"));
    Files.writeString(folder.resolve("pom.xml"), "");
    Files.writeString(folder.resolve("cli/pom.xml"), "");
    Files.writeString(folder.resolve("cli/target/built"), "");
    Files.createDirectories(folder.resolve("jdk/bin"));
    Path java =
        Files.writeString(
            folder.resolve("jdk/bin/java"),
            """
            #!/usr/bin/env bash
            if [[ " $* " == *" --add-modules jdk.incubator.vector "* ]]; then
              echo "%s" >&2
              echo "with vectors"
            fi
            if [[ " $* " == *" io.driftmoe.cli.Main devices "* ]]; then
              echo "WARNING: Aparapi is running on an untested OpenCL platform version: 3.0" >&2
            fi
            echo "the last word is ${@: -1}"
            echo "a complaint" >&2
            exit 3
            """
                .formatted(WARNING));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("java.yaml"), "router: {backend: java}\n");
    Files.writeString(folder.resolve("simd.yaml"), "router:\n  backend: simd\n");
  }

  private static Ended start(String line) throws IOException, InterruptedException {
    return start(folder, line);
  }

  private static Ended start(Path home, String line) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", home + "/driftmoe"));
    command.addAll(List.of(line.replace("DIR", folder.toString()).split(" ")));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().merge("PATH", "", (path, none) -> folder.resolve("bin") + ":" + path);
    int exitCode = builder.start().waitFor();
    return new Ended(
        exitCode,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "demo --stream sea_a",
        "bench --streams sea_a",
        "bench --micro gate",
        "job --config DIR/java.yaml",
        "devices --help",
        "devices",
        "devices --measure"
      })
  void noIncubatorWarningHeadsTheOutput(String line) throws Exception {
    Ended ended = start(line);

    assertThat(ended.err()).isEqualTo("a complaint\n");
    String last = line.substring(line.lastIndexOf(' ') + 1).replace("DIR", folder.toString());
    assertThat(ended.out()).endsWith("the last word is " + last + "\n");
    assertThat(ended.exitCode()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"job --config DIR/simd.yaml", "job --config DIR/java.yaml -Drouter.backend=auto"})
  void jobsThatUseVectorInstructions_haveTheModule(String line) throws Exception {
    assertThat(start(line).err()).isEqualTo(WARNING + "\na complaint\n");
  }

  @Test
  void devicesHaveTheModule() throws Exception {
    assertThat(start("devices").out()).startsWith("with vectors\n");
    assertThat(start("demo").out()).doesNotContain("with vectors");
  }

  @Test
  void withoutSources_nothingIsBuilt(@TempDir Path home) throws Exception {
    Files.copy(folder.resolve("driftmoe"), home.resolve("driftmoe"));
    Files.createDirectories(home.resolve("cli/target/lib"));

    assertThat(start(home, "demo").err()).isEqualTo("a complaint\n");
  }

  @Test
  void jarsOfAnotherVersionDoNotStay(@TempDir Path home) throws Exception {
    Files.copy(folder.resolve("driftmoe"), home.resolve("driftmoe"));
    Path lib = Files.createDirectories(home.resolve("cli/target/lib"));
    Files.createDirectories(home.resolve("cli/src/main"));
    Files.writeString(home.resolve("cli/target/driftmoe-cli-0.1.0-SNAPSHOT.jar"), "");
    Files.writeString(lib.resolve("driftmoe-core-0.1.0-SNAPSHOT.jar"), "");
    Path built = Files.writeString(home.resolve("cli/target/built"), "");
    Files.setLastModifiedTime(built, FileTime.fromMillis(0));
    Files.writeString(home.resolve("pom.xml"), "");
    Files.writeString(home.resolve("cli/pom.xml"), "");
    Path mvn =
        Files.writeString(
            Files.createDirectories(folder.resolve("bin")).resolve("mvn"),
            """
            #!/usr/bin/env bash
            mkdir -p cli/target/lib
            touch cli/target/driftmoe-cli-0.1.0.jar cli/target/lib/driftmoe-core-0.1.0.jar
            """);
    assertThat(mvn.toFile().setExecutable(true)).isTrue();

    assertThat(start(home, "demo").err()).isEqualTo("building driftmoe (once)\na complaint\n");

    assertThat(home.resolve("cli/target").toFile().list())
        .containsExactlyInAnyOrder("driftmoe-cli-0.1.0.jar", "lib", "built");
    assertThat(lib.toFile().list()).containsExactly("driftmoe-core-0.1.0.jar");
  }
}
