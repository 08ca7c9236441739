// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class EventTimeMarksTest {

  /** Times are versions here, so that what is found says which event it is of. */
  private static EventTimeMarks marks(long events) {
    EventTimeMarks marks = new EventTimeMarks();
    for (long version = 1; version <= events; version++) {
      marks.add(version, version);
    }
    return marks;
  }

  @Test
  void anyEventIsKnownToFourEventsOrASeventhOfItsAge() {
    for (long events : new long[] {1, 4, 5, 63, 64, 1_000, 99_999}) {
      EventTimeMarks marks = marks(events);
      for (long since = 0; since < events - 4; since++) {
        long found = marks.after(since);
        long age = events - since;
        assertThat(found).isGreaterThan(since).isLessThanOrEqualTo(events);
        assertThat(found - since).as("of age " + age).isLessThanOrEqualTo(Math.max(4, age / 7 + 1));
      }
    }
  }

  @Test
  void whatComesAfterTheLatestMarkIsNotKnown() {
    assertThat(marks(0).after(0)).isEqualTo(EventTimeMarks.UNKNOWN);
    assertThat(marks(7).after(4)).isEqualTo(EventTimeMarks.UNKNOWN);
    assertThat(marks(8).after(4)).isEqualTo(8);
  }

  /** A model that an older version has saved: nobody took note of what it had learned. */
  @Test
  void whatWasLearnedBeforeTheMarksBeganIsNotKnown() {
    EventTimeMarks marks = new EventTimeMarks();
    for (long version = 10_001; version <= 10_100; version++) {
      marks.add(version, version);
    }
    assertThat(marks.after(5_000)).isEqualTo(EventTimeMarks.UNKNOWN);
    assertThat(marks.after(9_990)).isEqualTo(EventTimeMarks.UNKNOWN);
    assertThat(marks.after(10_090)).isEqualTo(10_092);
    assertThat(marks.after(10_010)).isBetween(10_011L, 10_030L);
  }

  @Test
  void aGapIsNoTime() {
    EventTimeMarks marks = marks(1_000);
    for (long version = 2_001; version <= 2_040; version++) {
      marks.add(version, version);
    }
    assertThat(marks.after(1_500)).isEqualTo(EventTimeMarks.UNKNOWN);
    assertThat(marks.after(2_030)).isEqualTo(2_032);
  }

  @Test
  void goOnFromASnapshot_andFromACopy() throws IOException {
    for (long events : new long[] {0, 3, 100, 5_000}) {
      EventTimeMarks marks = marks(events);
      byte[] bytes = bytes(marks);
      EventTimeMarks copy = marks.copy();
      EventTimeMarks read = EventTimeMarks.readFrom(in(bytes));
      for (long version = events + 1; version <= events + 200; version++) {
        marks.add(version, version);
        read.add(version, version);
      }
      assertThat(bytes(read)).isEqualTo(bytes(marks)).hasSizeLessThan(2_048);
      assertThat(bytes(copy)).isEqualTo(bytes);
      for (long since = 0; since < events + 200; since++) {
        assertThat(read.after(since)).isEqualTo(marks.after(since));
      }
    }
  }

  @Test
  void damageIsFound() throws IOException {
    byte[] bytes = bytes(marks(100));
    byte[] levels = bytes.clone();
    levels[6] = 99;
    assertThatIOException()
        .isThrownBy(() -> EventTimeMarks.readFrom(in(levels)))
        .withMessage("there are 99 levels of event times");
    byte[] latest = bytes.clone();
    latest[14] = 3;
    assertThatIOException()
        .isThrownBy(() -> EventTimeMarks.readFrom(in(latest)))
        .withMessageContaining("event times up to 3 events");
  }

  private static byte[] bytes(EventTimeMarks marks) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    marks.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
