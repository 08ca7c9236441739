// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Recent ids against a plain list of all that were added. */
class RecentIdsProperties {

  @Property(tries = 40)
  void holdsExactlyTheLastOnes(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 1_500) int window) throws IOException {
    SplitMix64 random = new SplitMix64(seed);
    RecentIds ids = new RecentIds();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      String id = Integer.toString((int) (4_000 * random.nextDouble()), 36);
      List<String> last = all.subList(Math.max(0, all.size() - window), all.size());
      if (i % 7 == 0) {
        assertThat(ids.contains(id, window)).isEqualTo(last.contains(id));
      }
      ids.add(id, window);
      all.add(id);
      if (i % 400 == 300) {
        RecentIds copy = ids.copy();
        ids.add("only in the original", window);
        ids = i % 800 == 300 ? copy : restored(copy);
      }
    }
    assertThat(ids.contains("only in the original", window)).isFalse();
    assertThat(ids.size()).isLessThanOrEqualTo(window + 1_024);
  }

  @Example
  void idsThatHashAlikeAreToldApart() {
    RecentIds ids = new RecentIds();
    ids.add("AaAa", 10);
    ids.add("AaBB", 10);
    assertThat(ids.contains("BBAa", 10)).isFalse();
    assertThat(ids.contains("AaAa", 10)).isTrue();
    assertThat(ids.contains("AaAa", 1)).isFalse();
    assertThat(ids.contains("AaBB", 1)).isTrue();
    ids.add("AaAa", 10);
    assertThat(ids.contains("AaAa", 1)).isTrue();
  }

  private static RecentIds restored(RecentIds ids) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ids.write(new DataOutputStream(bytes));
    return RecentIds.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }
}
