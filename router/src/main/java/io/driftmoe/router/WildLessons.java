// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds wild values among the first lessons of a mixture: numbers far outside of the {@link Spread}
 * of their column, and so few that they are no group of their own. Experts notice most of them a
 * little later, when the first lessons have left their traces; a mixture that still has all its
 * lessons can learn them again without.
 */
final class WildLessons {
  /** One of so many values may be wild; more of them are believed. */
  private static final int ONE_OF = 32;

  private WildLessons() {}

  /**
   * Replaces wild values by the nearest ordinary ones.
   *
   * @param lessons of one mixture; they stay as they are
   * @param attributes of its schema
   * @return the lessons with other features where some were wild; null where none was
   */
  static @Nullable List<Lesson> tamed(List<Lesson> lessons, List<Attribute> attributes) {
    double[] @Nullable [] changed = new double[lessons.size()][];
    boolean any = false;
    for (int a = 0; a < attributes.size(); a++) {
      if (!attributes.get(a).isNominal()) {
        any |= tame(lessons, a, changed);
      }
    }
    if (!any) {
      return null;
    }
    List<Lesson> result = new ArrayList<>(lessons.size());
    for (int i = 0; i < changed.length; i++) {
      Lesson lesson = lessons.get(i);
      double[] values = changed[i];
      result.add(
          values == null
              ? lesson
              : new Lesson(lesson.prediction().of(FeatureVector.of(values)), lesson.label()));
    }
    return result;
  }

  private static boolean tame(List<Lesson> lessons, int a, double[] @Nullable [] changed) {
    double[] known =
        lessons.stream()
            .mapToDouble(lesson -> lesson.prediction().features().get(a))
            .filter(value -> !Double.isNaN(value))
            .toArray();
    if (known.length == 0) {
      return false;
    }
    Spread spread = Spread.of(known);
    double[] ordinary =
        Arrays.stream(known).filter(v -> v >= spread.low() && v <= spread.high()).toArray();
    int wild = known.length - ordinary.length;
    if (wild == 0 || wild > known.length / ONE_OF) {
      return false;
    }
    double least = ordinary[0];
    double most = ordinary[ordinary.length - 1];
    for (int i = 0; i < changed.length; i++) {
      double value = lessons.get(i).prediction().features().get(a);
      if (value < least || value > most) {
        double[] values = changed[i];
        if (values == null) {
          values = new double[lessons.get(i).prediction().features().size()];
          lessons.get(i).prediction().features().copyTo(values);
          changed[i] = values;
        }
        values[a] = value < least ? least : most;
      }
    }
    return true;
  }
}
