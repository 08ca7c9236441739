// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one record holds in the fields of a {@link FieldTree}. Used again for the next record. */
final class FieldValues {
  private final FieldKind[] kinds;
  private final @Nullable String[] texts;
  private final double[] numbers;
  private final boolean[] numeric;
  private final @Nullable LogicalTime[] times;
  private final long[] longs;

  /** Of each node, in which record it was met last. */
  private final long[] met;

  private final boolean withText;
  private long record;
  private boolean any;

  /**
   * @param withText whether numbers that are read as doubles are asked for their text as well
   */
  FieldValues(FieldTree tree, boolean withText) {
    int slots = tree.slots().size();
    kinds = new FieldKind[slots];
    texts = new String[slots];
    numbers = new double[slots];
    times = new LogicalTime[slots];
    longs = new long[slots];
    numeric = new boolean[slots];
    for (int slot = 0; slot < slots; slot++) {
      numeric[slot] = tree.slots().get(slot).numeric();
    }
    met = new long[tree.nodes()];
    this.withText = withText;
    clear();
  }

  /** Begins a record. */
  void clear() {
    Arrays.fill(kinds, FieldKind.ABSENT);
    Arrays.fill(texts, null);
    Arrays.fill(times, null);
    record++;
    any = false;
  }

  /**
   * Takes note that the record has a field of the tree.
   *
   * @throws RejectedException when it has it twice
   */
  void meet(FieldTree.Node node, String name) throws RejectedException {
    if (met[node.number()] == record) {
      throw RejectedException.undecodable(
          "the field %s occurs twice".formatted(QuotedText.of(name)));
    }
    met[node.number()] = record;
    any = true;
  }

  /** Whether the record had any field of the tree. */
  boolean isAnyMet() {
    return any;
  }

  void setNull(FieldTree.Node node) {
    for (int slot : node.slots()) {
      kinds[slot] = FieldKind.NULL;
    }
  }

  void set(FieldTree.Node node, FieldKind kind, String text) {
    for (int slot : node.slots()) {
      kinds[slot] = kind;
      texts[slot] = text;
    }
  }

  /** Something that is no single value, in words: "an array". */
  void setOther(FieldTree.Node node, String what) {
    set(node, FieldKind.OTHER, what);
  }

  /** Whether the text of a number is wanted in a slot. */
  boolean wantsText(int slot) {
    return withText || !numeric[slot];
  }

  /** Whether a number is wanted as a double. */
  boolean wantsNumber(int slot) {
    return numeric[slot];
  }

  /**
   * A number.
   *
   * @param text null where it is not wanted
   */
  void setNumber(int slot, double number, @Nullable String text) {
    kinds[slot] = FieldKind.NUMBER;
    numbers[slot] = number;
    texts[slot] = text;
  }

  /** A time of a kind that the schema tells, as it is stored. */
  void setTime(FieldTree.Node node, LogicalTime time, long value) {
    for (int slot : node.slots()) {
      times[slot] = time;
      longs[slot] = value;
    }
  }

  FieldKind kind(int slot) {
    return kinds[slot];
  }

  /** Its text; of a number that is read as a double maybe an empty one. */
  String text(int slot) {
    String text = texts[slot];
    return text == null ? "" : text;
  }

  double number(int slot) {
    return numbers[slot];
  }

  /** The kind of time that a schema tells; null where it is none. */
  @Nullable LogicalTime time(int slot) {
    return times[slot];
  }

  /** The stored value of such a time. */
  long stored(int slot) {
    return longs[slot];
  }
}
