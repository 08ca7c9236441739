// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The public data sets known by name, as written in {@code datasets.json} beside this class, with
 * the place where each checksum was published.
 */
public final class DatasetCatalog {
  private static final List<Dataset> ALL = read();

  private DatasetCatalog() {}

  /** All data sets, those that the results of this project use first. */
  public static List<Dataset> all() {
    return ALL;
  }

  /** The names of all data sets, in the same order. */
  public static List<String> names() {
    return ALL.stream().map(Dataset::name).toList();
  }

  /**
   * The data set of that name.
   *
   * @throws IllegalArgumentException on an unknown name, naming the known ones
   */
  public static Dataset named(String name) {
    return ALL.stream()
        .filter(dataset -> dataset.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no data set is called '%s'; known are %s"
                        .formatted(name, String.join(", ", names()))));
  }

  private static List<Dataset> read() {
    try (InputStream json = DatasetCatalog.class.getResourceAsStream("datasets.json")) {
      return List.copyOf(new JsonMapper().readValue(json, new TypeReference<List<Dataset>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("datasets.json: " + e.getMessage(), e);
    }
  }
}
