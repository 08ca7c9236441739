// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a replay begins.
 *
 * @param savepoint whose models it begins with; null for the beginning of the topics
 * @param since from when on predictions are compared; null for all
 */
record ReplayStart(@Nullable String savepoint, @Nullable Instant since) {
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T.*");

  /**
   * Reads the values of {@code --from}.
   *
   * @throws UsageException when there is more than one of a kind, or a time that is none
   */
  static ReplayStart of(List<String> from) {
    String savepoint = null;
    Instant since = null;
    boolean begins = false;
    for (String one : from) {
      if (isTime(one)) {
        if (since != null) {
          throw new UsageException("--from: two times, %s and %s".formatted(since, one));
        }
        since = time(one);
      } else {
        if (begins) {
          throw new UsageException(
              "--from: a savepoint or %s, and a time, but not two of them: %s"
                  .formatted(ReplayCommand.EARLIEST, String.join(", ", from)));
        }
        begins = true;
        savepoint = ReplayCommand.savepointOf(one);
      }
    }
    return new ReplayStart(savepoint, since);
  }

  /** A folder may have such a name. */
  private static boolean isTime(String text) {
    return TIME.matcher(text).matches() && !Files.exists(Path.of(text));
  }

  private static Instant time(String text) {
    try {
      return new Instants().convert(text);
    } catch (TypeConversionException e) {
      throw new UsageException("--from: " + e.getMessage(), e);
    }
  }
}
