// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A failure in one short line: what was thrown, and where in this program. */
final class FailureText {
  private static final int MOST_CHARACTERS = 300;
  private static final String OWN_CLASSES = "io.driftmoe.";

  private FailureText() {}

  /** {@code IllegalStateException: message (Class.method, line 7)}, in well-formed Unicode. */
  static String of(Throwable failure) {
    String message = failure.getMessage();
    StringBuilder text = new StringBuilder(failure.getClass().getSimpleName());
    if (message != null && !message.isBlank()) {
      text.append(": ").append(firstLine(message));
    }
    if (text.length() > MOST_CHARACTERS) {
      text.setLength(MOST_CHARACTERS);
      text.append("...");
    }
    StackTraceElement place = place(failure);
    if (place != null) {
      String name = place.getClassName();
      text.append(" (")
          .append(name.substring(name.lastIndexOf('.') + 1))
          .append('.')
          .append(place.getMethodName())
          .append(", line ")
          .append(place.getLineNumber())
          .append(')');
    }
    byte[] wellFormed = text.toString().getBytes(StandardCharsets.UTF_8);
    return new String(wellFormed, StandardCharsets.UTF_8);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("").strip().replaceAll("\\p{Cntrl}", "?");
  }

  /** The innermost place in this program; null where there is none. */
  private static @Nullable StackTraceElement place(Throwable failure) {
    for (StackTraceElement element : failure.getStackTrace()) {
      if (element.getClassName().startsWith(OWN_CLASSES)) {
        return element;
      }
    }
    return null;
  }
}
