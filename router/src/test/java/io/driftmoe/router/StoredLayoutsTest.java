// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.networks.StoredLayoutsContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Parts of mixtures, mixtures and fleets that were stored, and what there is inside them. */
final class StoredLayoutsTest extends StoredLayoutsContract {
  StoredLayoutsTest() {
    super(RouterLayouts.FOLDER, RouterLayouts.all());
  }

  /** Where a tag is in the unpacked bytes of a stored fleet. */
  private static List<Integer> places(String tag, byte[] fleet) {
    String text = new String(fleet, StandardCharsets.ISO_8859_1);
    List<Integer> places = new ArrayList<>();
    for (int at = text.indexOf(tag); at >= 0; at = text.indexOf(tag, at + 1)) {
      places.add(at);
    }
    return places;
  }

  private static byte[] fleet(String file) throws IOException {
    return RouterLayouts.unpacked(Files.readAllBytes(RouterLayouts.FOLDER.resolve(file + ".bin")));
  }

  /** Of the model in common, then of those of the keys. */
  private static List<Integer> versions(byte[] fleet) {
    return places("MOE_", fleet).stream().map(at -> (int) shortAt(fleet, at + 4)).toList();
  }

  private static short shortAt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).getShort(at);
  }

  @Test
  void aKeyThatCameLateIsStoredWithWhatItInherited() throws IOException {
    byte[] fleet = fleet("FLEE-late-v1");
    assertThat(versions(fleet).get(0)).isEqualTo(12);
    assertThat(versions(fleet).subList(1, 5)).containsExactlyInAnyOrder(11, 11, 11, 12);
    assertThat(places("FLLB", fleet)).hasSize(2);
  }

  @Test
  void modelsWithoutLabelMemoryAreStoredWithoutTheLabelsOfAFleet() throws IOException {
    byte[] fleet = fleet("FLEE-untaught-v1");
    assertThat(versions(fleet)).containsExactly(11, 11, 11, 11);
    assertThat(places("FLLB", fleet)).isEmpty();
  }

  @Test
  void aLongPauseIsStoredInWhichFewerEventsAreAttended() throws IOException {
    assertThat(attendedByTheLast("ATTN-halved-v3"))
        .isPositive()
        .isLessThan(attendedByTheLast("ATTN-v3") / 2);
  }

  /** Events to which the last expert was not asleep, or asked all the same. */
  private static long attendedByTheLast(String file) throws IOException {
    return Files.readAllLines(RouterLayouts.FOLDER.resolve(file + ".txt")).stream()
        .filter(line -> !line.endsWith(" 0"))
        .count();
  }
}
