// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a public data set of labelled events.
 *
 * @param name by which it is asked for: lower-case letters, digits and underscores
 * @param title for people
 * @param url where its publisher or a mirror serves it: absolute, http or https
 * @param file name it gets in the data folder, with an extension that {@link
 *     io.driftmoe.streams.DataFiles} reads
 * @param bytes size of the file; null where nobody publishes it
 * @param sha256 of the file's bytes, 64 lower-case hexadecimal digits; null where nobody publishes
 *     it
 * @param checksumSource who publishes the SHA-256, or how it was established; null without one
 * @param licence under which the publisher offers it
 * @param citation to give when it is used
 * @param events rows of the file, at least 1
 * @param attributes columns beside the class, at least 1
 * @param classes at least 2
 * @param classColumn name of the column that holds the class, as {@link
 *     io.driftmoe.streams.DataFiles} takes it
 * @param ignore columns that are no feature
 * @param description what it is and what to know before using it
 */
public record Dataset(
    String name,
    String title,
    URI url,
    String file,
    @Nullable Long bytes,
    @Nullable String sha256,
    @Nullable String checksumSource,
    String licence,
    String citation,
    long events,
    int attributes,
    int classes,
    String classColumn,
    List<String> ignore,
    String description) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");
  private static final Pattern FILE =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*\\.(arff|csv)(\\.gz)?");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Rejects what cannot be fetched or opened. */
  public Dataset {
    matches("name", name, NAME);
    matches("file", file, FILE);
    if (sha256 != null) {
      matches("sha256", sha256, SHA256);
    }
    if (!isHttp(url)) {
      throw new IllegalArgumentException("url must be absolute, http or https, got " + url);
    }
    if (bytes != null && bytes < 1) {
      throw new IllegalArgumentException("bytes must be positive, got " + bytes);
    }
    if ((sha256 == null) != (checksumSource == null)) {
      throw new IllegalArgumentException("sha256 and checksumSource come together");
    }
    if (events < 1 || attributes < 1 || classes < 2) {
      throw new IllegalArgumentException(
          "events and attributes must be at least 1, classes 2, got %s, %s, %s"
              .formatted(events, attributes, classes));
    }
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(licence, "licence");
    Objects.requireNonNull(citation, "citation");
    Objects.requireNonNull(classColumn, "classColumn");
    Objects.requireNonNull(description, "description");
    ignore = ignore == null ? List.of() : List.copyOf(ignore);
  }

  /** The same data set from another address, such as a mirror: its bytes must be the same. */
  public Dataset at(URI address) {
    return new Dataset(
        name,
        title,
        address,
        file,
        bytes,
        sha256,
        checksumSource,
        licence,
        citation,
        events,
        attributes,
        classes,
        classColumn,
        ignore,
        description);
  }

  private static boolean isHttp(@Nullable URI url) {
    return url != null
        && url.getHost() != null
        && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
  }

  private static void matches(String field, @Nullable String value, Pattern pattern) {
    if (value == null || !pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s must match %s, got '%s'".formatted(field, pattern, value));
    }
  }
}
