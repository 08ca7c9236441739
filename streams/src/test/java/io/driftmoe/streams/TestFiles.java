// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.LabeledExample;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Writes small data files and reads them back. */
final class TestFiles {
  private TestFiles() {}

  static Path write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (name.endsWith(".gz")) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(bytes);
      }
    } else {
      Files.write(file, bytes);
    }
    return file;
  }

  static LabeledStream open(Path file, String className, String... ignore) throws IOException {
    return DataFiles.open(file, className, Set.of(ignore), Long.MAX_VALUE);
  }

  static List<LabeledExample> examples(Path file, String className, String... ignore)
      throws IOException {
    try (LabeledStream stream = open(file, className, ignore)) {
      List<LabeledExample> examples = new ArrayList<>();
      stream.forEachRemaining(examples::add);
      return examples;
    }
  }

  static double[] values(LabeledExample example) {
    double[] values = new double[example.features().size()];
    example.features().copyTo(values);
    return values;
  }
}
