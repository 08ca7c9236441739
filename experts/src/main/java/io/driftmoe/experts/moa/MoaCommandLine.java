// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import java.lang.reflect.Modifier;
import java.util.List;
import java.util.regex.Pattern;
import moa.classifiers.Classifier;
import moa.classifiers.MultiClassClassifier;
import moa.options.ClassOption;
import org.jspecify.annotations.Nullable;

/** Makes classifiers of command lines as MOA writes them. */
final class MoaCommandLine {
  private static final int LONGEST = 4096;
  private static final String PACKAGE = MultiClassClassifier.class.getPackageName() + ".";

  /** MOA reads a serialised object from a file, or takes one of this process, under these names. */
  private static final Pattern OBJECT = Pattern.compile("(?:^|[\\s(])(?:file|inmem):");

  private MoaCommandLine() {}

  /**
   * The classifier that a command line describes, not prepared for use.
   *
   * @throws IllegalArgumentException when there is no such classifier or it has no such options
   */
  static Classifier create(String learner) {
    if (learner.isBlank() || learner.length() > LONGEST) {
      throw new IllegalArgumentException(
          "learner must have 1 to %s characters, such as 'trees.HoeffdingTree -g 50', got %s"
              .formatted(LONGEST, learner.isBlank() ? "none" : learner.length()));
    }
    if (OBJECT.matcher(learner).find()) {
      throw new IllegalArgumentException(
          "learner must not name an object of a file or of memory (file:, inmem:), got '%s'"
              .formatted(learner));
    }
    String[] words = learner.split("\\s+", 2);
    Class<?> type = type(words[0]);
    String options = words.length > 1 ? " " + words[1] : "";
    try {
      return (Classifier)
          ClassOption.cliStringToObject(type.getName() + options, MultiClassClassifier.class, null);
    } catch (Exception | LinkageError e) { // MOA declares Exception
      throw new IllegalArgumentException(
          "learner '%s' cannot be made: %s".formatted(learner, reason(e)), e);
    }
  }

  private static Class<?> type(String name) {
    for (String candidate : List.of(PACKAGE + name, name)) {
      Class<?> found = load(candidate);
      if (found != null) {
        if (!MultiClassClassifier.class.isAssignableFrom(found)
            || Modifier.isAbstract(found.getModifiers())) {
          throw new IllegalArgumentException(
              "learner '%s' is no classifier of several classes".formatted(name));
        }
        return found;
      }
    }
    throw new IllegalArgumentException(
        ("learner '%s' is unknown: it must be a class below %s with its options, such as"
                + " 'trees.HoeffdingTree -g 50'")
            .formatted(name, MultiClassClassifier.class.getPackageName()));
  }

  /** Does not run anything of a class that may not be a classifier. */
  private static @Nullable Class<?> load(String name) {
    try {
      return Class.forName(name, false, MoaCommandLine.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return null;
    }
  }

  /** MOA's own words say "Problems with option", and what the problem is comes last. */
  static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError) {
      return "there is no class %s".formatted(String.valueOf(cause.getMessage()).replace('/', '.'));
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message.strip();
  }
}
