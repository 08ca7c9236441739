// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command prints is read by other programs, whatever the machine is set to. */
final class OutputCharsetTest {
  @TempDir Path folder;

  @Test
  void isUtf8_withDigits0To9_inAnyLocale() throws IOException, InterruptedException {
    Path data = Files.writeString(folder.resolve("data.csv"), "größe,class\n1.5,žluť\n2.5,水\n");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=US-ASCII",
                "-Duser.language=ar",
                "-Duser.country=EG",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "job",
                "--init",
                "--data",
                data.toString(),
                "--class",
                "class")
            .redirectError(Redirect.DISCARD)
            .start();

    String yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(yaml).contains("größe", "žluť", "水").matches("\\P{Nd}*([0-9]\\P{Nd}*)*");
  }
}
