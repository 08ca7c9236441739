// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Decaying counts against sums over all that was counted. */
final class LabelTransitionsProperties {
  private static final double KEPT = 0.98;

  private record Lesson(int last, int before, int label) {}

  @Property(tries = 100)
  void equalsSumsOverAllLessons(
      @ForAll @IntRange(min = 2, max = 14) int classes,
      @ForAll @IntRange(max = 300) int count,
      @ForAll long seed)
      throws IOException {
    SplitMix64 random = new SplitMix64(seed);
    LabelTransitions transitions = new LabelTransitions(classes);
    List<Lesson> lessons = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Lesson lesson = new Lesson(label(random, classes), label(random, classes), i * i % classes);
      lessons.add(lesson);
      transitions.count(new int[] {lesson.last, lesson.before}, lesson.label, 1);
      if (i == count / 2) {
        transitions = restored(transitions, classes);
      }
    }
    int last = label(random, classes);
    int before = label(random, classes);
    double[] found = new double[classes + 1];
    double[] expected = new double[classes];
    for (int c = 0; c < classes; c++) {
      expected[c] = 2.0 * (c + 1) / (classes * (classes + 1));
      found[c + 1] = expected[c];
    }
    transitions.narrow(new int[] {last, before}, found, 1);
    blend(lessons, lesson -> lesson.last == last, expected);
    if (classes <= 10) {
      blend(lessons, lesson -> lesson.last == last && lesson.before == before, expected);
    }
    for (int c = 0; c < classes; c++) {
      assertThat(found[c + 1]).isCloseTo(expected[c], within(1e-12));
    }
  }

  private static int label(SplitMix64 random, int classes) {
    return (int) ((classes + 1) * random.nextDouble()) - 1; // NONE is one of them
  }

  private static void blend(List<Lesson> lessons, Predicate<Lesson> of, double[] distribution) {
    List<Lesson> row = lessons.stream().filter(of).toList();
    double sum = 1;
    for (int i = 0; i < row.size(); i++) {
      double worth = Math.pow(KEPT, row.size() - 1 - i);
      distribution[row.get(i).label] += worth;
      sum += worth;
    }
    for (int c = 0; c < distribution.length; c++) {
      distribution[c] /= sum;
    }
  }

  private static LabelTransitions restored(LabelTransitions transitions, int classes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    transitions.writeTo(new DataOutputStream(bytes));
    LabelTransitions restored = new LabelTransitions(classes);
    restored.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    return restored;
  }
}
