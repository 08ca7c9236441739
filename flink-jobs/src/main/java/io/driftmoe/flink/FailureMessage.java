// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure means for the user, in one line: the cause that says what to do, in plain words.
 *
 * <p>Which exception of a chain that is depends on its kind. Ours ({@link UserMessage}) and those
 * of which the kind alone says what is wrong (no such file, no memory) end the search. Wrappers of
 * threads and of Flink are passed over. Of what is left, the outermost says what was tried and the
 * innermost why it failed, so both are shown.
 */
public final class FailureMessage {
  /** Chains of causes are short; one that is longer is a circle. */
  private static final int LONGEST_CHAIN = 64;

  private static final Pattern QUALIFIED_CLASS =
      Pattern.compile("\\b(?:class |interface )?(?:[a-z]\\w*\\.){2,}[A-Z]\\w*(?:\\$\\w+)*(:\\s+)?");
  private static final Pattern EXCEPTION = Pattern.compile("\\b[A-Z]\\w*(?:Exception|Error)\\b:?");
  private static final Pattern SCHEME = Pattern.compile("scheme '([^']*)'");
  private static final String INNERMOST = "Caused by: ";

  private FailureMessage() {}

  /**
   * {@return one line without names of Java classes, without a stop at its end}
   *
   * @param fault what was thrown
   */
  public static String of(Throwable fault) {
    List<String> parts = new ArrayList<>();
    Throwable cause = fault;
    for (int depth = 0; cause != null && depth < LONGEST_CHAIN; depth++) {
      Optional<String> kind = ofKind(cause);
      if (kind.isPresent()) {
        parts.add(kind.get());
        break;
      }
      if (!isWrapper(cause)) {
        cleaned(cause.getMessage()).ifPresent(parts::add);
      }
      cause = cause.getCause();
    }
    return parts.isEmpty() ? unexpected(fault) : joined(parts.get(0), parts.get(parts.size() - 1));
  }

  private static String joined(String outer, String inner) {
    if (outer.contains(inner)) {
      return outer;
    }
    return inner.contains(outer) ? inner : outer.replaceFirst("\\.$", "") + ": " + inner;
  }

  /** The line of a kind of failure of which the kind says enough. */
  private static Optional<String> ofKind(Throwable fault) {
    if (fault instanceof UserMessage) {
      return Optional.ofNullable(fault.getMessage());
    }
    if (fault instanceof InterruptedException) {
      return Optional.of("interrupted");
    }
    if (fault instanceof Error error) {
      return Optional.of(ofError(error));
    }
    if (fault instanceof FileSystemException file) {
      return Optional.of(ofFile(file));
    }
    if (fault instanceof FileNotFoundException && fault.getMessage() != null) {
      return Optional.of(ofMissingFile(fault.getMessage()));
    }
    if (fault instanceof EOFException) {
      return Optional.of("it ends too soon: empty, truncated, or another kind of file");
    }
    if (fault instanceof CharacterCodingException) {
      return Optional.of("it is no text in UTF-8");
    }
    if (fault instanceof UnknownHostException) {
      return Optional.of("there is no host " + fault.getMessage());
    }
    if (fault instanceof ConnectException) {
      return Optional.of("nothing answers there (%s)".formatted(lowerCase(fault.getMessage())));
    }
    if (fault instanceof UnsupportedFileSystemSchemeException) {
      return Optional.of(ofScheme(String.valueOf(fault.getMessage())));
    }
    if (isOfKind(fault, InvalidPidMappingException.class)) {
      return Optional.of(
          "the broker has no transactions of this savepoint: it is another broker than the one the"
              + " savepoint was taken at, or the savepoint is older than the broker's"
              + " transactional.id.expiration.ms; set kafka.bootstrap to that broker, or start"
              + " without a savepoint");
    }
    if (isOfKind(fault, InvalidTimestampException.class)) {
      return Optional.of(
          "the clock of a TaskManager is so far ahead of the broker's that it refuses the records"
              + " (message.timestamp.after.max.ms of the topic): set the clocks by NTP, and the job"
              + " goes on");
    }
    return Optional.empty();
  }

  /** Flink hands exceptions of its tasks on as texts. */
  private static boolean isOfKind(Throwable fault, Class<? extends Throwable> kind) {
    return kind.isInstance(fault)
        || String.valueOf(fault.getMessage()).startsWith(kind.getName() + ":");
  }

  private static String ofError(Error error) {
    String detail = cleaned(error.getMessage()).map(text -> " (" + text + ")").orElse("");
    if (error instanceof OutOfMemoryError) {
      return "not enough memory%s; JAVA_OPTS=-Xmx8g gives the command 8 GiB".formatted(detail);
    }
    if (error instanceof StackOverflowError) {
      return "the input is nested too deeply";
    }
    if (error instanceof LinkageError || error instanceof ServiceConfigurationError) {
      return ("a library of this installation cannot be loaded%s; delete cli/target/built to have"
              + " driftmoe built again, --stacktrace shows more")
          .formatted(detail);
    }
    return unexpected(error);
  }

  private static String ofFile(FileSystemException fault) {
    String file = fault.getFile();
    if (fault instanceof NoSuchFileException) {
      return "there is no file or folder " + file;
    }
    if (fault instanceof AccessDeniedException) {
      return "no permission to read or write " + file;
    }
    if (fault instanceof NotDirectoryException) {
      return file + " is not a folder";
    }
    return "%s: %s".formatted(file, lowerCase(fault.getReason()));
  }

  /** The JDK writes {@code FILE (No such file or directory)}; Flink and we write sentences. */
  private static String ofMissingFile(String message) {
    String missing = " (No such file or directory)";
    String denied = " (Permission denied)";
    if (message.endsWith(missing)) {
      return "there is no file or folder "
          + message.substring(0, message.length() - missing.length());
    }
    return message.endsWith(denied)
        ? "no permission to read or write "
            + message.substring(0, message.length() - denied.length())
        : message;
  }

  private static String ofScheme(String message) {
    Matcher scheme = SCHEME.matcher(message);
    String which = scheme.find() ? " for " + scheme.group(1) + "://" : "";
    return "no file system%s in this process: copy the file to this machine first".formatted(which);
  }

  /** What a thread, a reflective call, or Flink around its tasks wraps the cause in. */
  private static boolean isWrapper(Throwable fault) {
    Throwable cause = fault.getCause();
    if (cause == null) {
      return false;
    }
    return fault instanceof ExecutionException
        || fault instanceof CompletionException
        || fault instanceof InvocationTargetException
        || fault instanceof UndeclaredThrowableException
        || fault.getClass().getName().startsWith("org.apache.flink.")
        || (fault instanceof UncheckedIOException || fault.getClass() == RuntimeException.class)
            && String.valueOf(fault.getMessage()).equals(cause.toString());
  }

  private static String unexpected(Throwable fault) {
    Throwable innermost = fault;
    for (int depth = 0; innermost.getCause() != null && depth < LONGEST_CHAIN; depth++) {
      innermost = innermost.getCause();
    }
    String kind = EXCEPTION.matcher(innermost.getClass().getSimpleName()).replaceAll("");
    String words =
        (kind.isEmpty() ? innermost.getClass().getSimpleName() : kind)
            .replaceAll("(Exception|Error)$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
    return "an error in driftmoe itself%s; please report it with what --stacktrace prints"
        .formatted(words.isBlank() ? "" : " (" + words + ")");
  }

  /** The message without names of Java classes and without what a remote stack trace adds. */
  private static Optional<String> cleaned(@Nullable String message) {
    if (message == null) {
      return Optional.empty();
    }
    int innermost = message.lastIndexOf(INNERMOST);
    String text = innermost < 0 ? message : message.substring(innermost + INNERMOST.length());
    StringBuilder line = new StringBuilder();
    for (String part : text.lines().map(String::strip).toList()) {
      if (part.startsWith("at ") || part.matches("\\.\\.\\. \\d+ more")) {
        break;
      }
      line.append(line.isEmpty() || part.isEmpty() ? "" : " ").append(part);
    }
    String plain = QUALIFIED_CLASS.matcher(line).replaceAll("");
    plain = EXCEPTION.matcher(plain).replaceAll("").strip();
    return plain.isEmpty() || plain.equals("null") ? Optional.empty() : Optional.of(plain);
  }

  private static String lowerCase(@Nullable String sentence) {
    return sentence == null || sentence.isEmpty()
        ? "unusable"
        : sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
  }
}
