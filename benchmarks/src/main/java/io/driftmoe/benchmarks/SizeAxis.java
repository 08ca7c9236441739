// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What grows while the cost of an event is measured. */
public enum SizeAxis {
  /** Numeric attributes of a stream of two classes. */
  ATTRIBUTES(
      "attributes", "Attributes", "2 classes, 50 centroids", List.of(10, 100, 1_000, 10_000)),

  /** Classes of a stream of ten attributes. */
  CLASSES("classes", "Classes", "10 attributes, 10 centroids a class", List.of(2, 10, 100, 1_000)),

  /** Keys with a model each, and few events each. */
  YOUNG_KEYS(
      "young-keys",
      "Young keys",
      "a model and exactly 3 events for each key, in random order",
      List.of(1, 10, 100, 1_000, 10_000)),

  /** Keys with a model each, which divide a fixed number of events. */
  SHARED_KEYS(
      "shared-keys",
      "Keys that share events",
      "a model for each key, 10,000 events in all, equally many for each key, in random order",
      List.of(1, 10, 100, 1_000, 10_000)),

  /** Keys with a model each, and enough events each for full-grown models. */
  GROWN_KEYS(
      "grown-keys",
      "Grown keys",
      "a model and exactly 160 events for each key, in 8 bursts of 20, bursts in random order;"
          + " at most 100 models are not packed",
      List.of(1, 10, 100, 1_000));

  private final String key;
  private final String title;
  private final String beside;
  private final List<Integer> sizes;

  SizeAxis(String key, String title, String beside, List<Integer> sizes) {
    this.key = key;
    this.title = title;
    this.beside = beside;
    this.sizes = sizes;
  }

  /**
   * Those of these names.
   *
   * @throws IllegalArgumentException when there is none of a name, naming the known ones
   */
  public static Set<SizeAxis> of(List<String> names) {
    Set<SizeAxis> found = EnumSet.noneOf(SizeAxis.class);
    for (String name : names) {
      found.add(
          Arrays.stream(values())
              .filter(axis -> axis.key.equals(name.strip()))
              .findAny()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'%s' is unknown, allowed: %s".formatted(name.strip(), keys()))));
    }
    return found;
  }

  private static String keys() {
    return Arrays.stream(values()).map(SizeAxis::key).collect(Collectors.joining(", "));
  }

  /** The name of its option. */
  public String key() {
    return key;
  }

  /** What is counted, for people. */
  public String title() {
    return title;
  }

  /** What is the same at all sizes. */
  public String beside() {
    return beside;
  }

  /** From the smallest. */
  public List<Integer> sizes() {
    return sizes;
  }

  /** Whether its sizes are numbers of models. */
  public boolean ofKeys() {
    return this != ATTRIBUTES && this != CLASSES;
  }

  /**
   * The stream in the catalogue.
   *
   * @param size of the axis
   */
  StreamSource stream(int size) {
    return StreamSource.catalogued(
        switch (this) {
          case ATTRIBUTES -> "size_d" + size;
          case CLASSES -> "size_k" + size;
          case YOUNG_KEYS, SHARED_KEYS, GROWN_KEYS -> "size_d10";
        });
  }
}
