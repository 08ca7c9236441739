// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the back end counts is what Aparapi's native side reports of a launch. */
@NeedsOpenCl
final class TransfersTest {
  private static final Pattern BUFFER = Pattern.compile("^(\\w+) .*clCreateBuffer.*size=(\\w+) ");
  private static final Pattern WRITE = Pattern.compile("writing buffer .* (\\w+)$");
  private static final Pattern READ = Pattern.compile("^reading buffer \\d+ (\\w+)$");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16})
  void countsWhatIsSent(int networks) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dcom.aparapi.enableVerboseJNI=true",
                "-cp",
                System.getProperty("java.class.path"),
                TransfersMain.class.getName(),
                Integer.toString(networks))
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    assertThat(process.waitFor()).as(() -> read(log)).isZero();

    Map<String, Long> bytes = new HashMap<>();
    List<String> written = new ArrayList<>();
    List<String> read = new ArrayList<>();
    boolean counted = false;
    for (String line : Files.readAllLines(log)) {
      counted = line.equals(TransfersMain.BEGIN) || (counted && !line.equals(TransfersMain.END));
      Matcher buffer = BUFFER.matcher(line);
      if (buffer.find()) {
        bytes.put(buffer.group(1), Long.parseLong(buffer.group(2), 16));
      }
      Matcher write = WRITE.matcher(line);
      if (counted && write.find()) {
        written.add(write.group(1));
      }
      Matcher fetch = READ.matcher(line);
      if (counted && fetch.find()) {
        read.add(fetch.group(1));
      }
    }
    assertThat(written).containsExactlyInAnyOrder("state", "batch", "plan", "powers");
    assertThat(read).containsExactly("state");
    assertThat(bytes).containsKey("work"); // there, and neither sent nor fetched
    long there = written.stream().mapToLong(bytes::get).sum();
    assertThat(read(out).strip()).isEqualTo("1 %s %s".formatted(there, bytes.get("state")));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
