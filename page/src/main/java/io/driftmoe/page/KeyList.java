// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of models out of any number: those that do worst, and those that somebody looks
 * at. One that has been silent for long goes first.
 */
final class KeyList {
  static final int CAPACITY = 200;
  static final long SILENT_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final List<PlantedChange> planted;
  private final Map<String, KeyView> views = new HashMap<>();
  private final Map<String, Integer> watched = new HashMap<>();
  private boolean crowded;

  KeyList(List<PlantedChange> planted) {
    this.planted = planted;
  }

  /** The model of this key, where it is kept or there is room for it. */
  @Nullable KeyView find(String modelKey, long now) {
    String key = ShownText.id(modelKey);
    KeyView found = views.get(key);
    return found != null || views.size() >= CAPACITY ? found : add(key, now);
  }

  /**
   * The same for a model whose score is known: where there is no room, it takes the place of one
   * that is silent or does better.
   */
  @Nullable KeyView find(String modelKey, double score, long now) {
    KeyView found = find(modelKey, now);
    if (found != null) {
      return found;
    }
    crowded = true;
    Optional<KeyView> goes = silent(now).or(() -> betterThan(score));
    goes.ifPresent(view -> views.remove(view.key()));
    return goes.isPresent() ? add(ShownText.id(modelKey), now) : null;
  }

  private KeyView add(String key, long now) {
    KeyView added = new KeyView(key, planted, now);
    views.put(key, added);
    return added;
  }

  private Optional<KeyView> silent(long now) {
    return views.values().stream()
        .filter(view -> !watched.containsKey(view.key()) && now - view.heardNanos() > SILENT_NANOS)
        .min(Comparator.comparingLong(KeyView::heardNanos));
  }

  private Optional<KeyView> betterThan(double score) {
    return views.values().stream()
        .filter(view -> !watched.containsKey(view.key()))
        .max(KeyView.worstFirst())
        .filter(best -> Double.compare(score, best.score()) < 0);
  }

  /** Keeps a model while somebody looks at it, be it ever so good. */
  void watch(String key, long now) {
    watched.merge(key, 1, Integer::sum);
    if (!views.containsKey(key)) {
      if (views.size() >= CAPACITY) {
        betterThan(Double.NEGATIVE_INFINITY).ifPresent(view -> views.remove(view.key()));
      }
      add(key, now);
    }
  }

  /** The end of {@link #watch}. */
  void unwatch(String key) {
    watched.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
  }

  @Nullable KeyView get(String key) {
    return views.get(key);
  }

  /** Whether there are more models than are kept. */
  boolean isCrowded() {
    return crowded;
  }

  int size() {
    return views.size();
  }

  List<KeyView> worstFirst() {
    List<KeyView> sorted = new ArrayList<>(views.values());
    sorted.sort(KeyView.worstFirst());
    return sorted;
  }
}
