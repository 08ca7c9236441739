// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.streams.FieldGuess;
import io.driftmoe.streams.FieldProfile;
import org.jspecify.annotations.Nullable;

/** One field of the records of a sample. */
final class SampledField {
  private static final String WHOLE_KEY = "key:";

  private final FieldAt at;
  private final String path;
  private final FieldProfile profile;
  private long sameAsKey;
  private boolean object;
  private int shortest = Integer.MAX_VALUE;
  private int longest = -1;
  private @Nullable FieldGuess guess;

  SampledField(FieldAt at, String prefix, FieldProfile.Memory memory) {
    this(at, memory, prefix + at.path());
  }

  private SampledField(FieldAt at, FieldProfile.Memory memory, String path) {
    this.at = at;
    this.path = path;
    this.profile = new FieldProfile(memory);
  }

  /** The Kafka key as a whole, as text. */
  static SampledField wholeKey(FieldProfile.Memory memory) {
    return new SampledField(FieldAt.top(""), memory, WHOLE_KEY);
  }

  /** Whether it is the Kafka key as a whole. */
  boolean isWholeKey() {
    return path.equals(WHOLE_KEY);
  }

  String path() {
    return path;
  }

  FieldAt at() {
    return at;
  }

  FieldProfile profile() {
    return profile;
  }

  void countSameAsKey() {
    sameAsKey++;
  }

  /** Whether it has the text of the Kafka key in each record, of which there are some. */
  boolean isKey(long records) {
    return records > 0 && sameAsKey == records;
  }

  void countObject() {
    object = true;
  }

  /** Whether it is nothing but records or maps, whose fields are fields of their own. */
  boolean isObject() {
    return object && longest < 0 && profile.present() == 0;
  }

  boolean isList() {
    return longest >= 0;
  }

  void countList(int length) {
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
  }

  /** Whether it is a list in some records and has the same length in each of these. */
  boolean isRow() {
    return longest >= 0 && shortest == longest && longest <= RecordFields.MOST_ITEMS;
  }

  /** What it is good for. */
  FieldGuess guess(long records) {
    FieldGuess made = guess;
    if (made == null) {
      made = FieldGuess.of(path, profile, records);
      guess = made;
    }
    return made;
  }
}
