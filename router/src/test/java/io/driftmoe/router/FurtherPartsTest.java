// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.MixedStream;
import io.driftmoe.router.FurtherParts.Kind;
import io.driftmoe.router.PartFailure.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FurtherPartsTest {
  private static final StreamSchema SCHEMA = MixedStream.SCHEMA;
  private static final MixtureConfig CONFIG = MixtureConfig.of(Preset.PAPER_DATA, 1);

  private static final Kind<Count> FIRST = kind("first");
  private static final Kind<Count> SECOND = kind("second");

  /** A count, which cannot be read where it is negative. */
  private static final class Count implements FurtherPart {
    private int count;

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
      out.writeInt(count);
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
      count = in.readInt();
      if (count < 0) {
        throw new IOException("count " + count);
      }
    }
  }

  private static Kind<Count> kind(String name) {
    return new Kind<>(name, Part.EVALUATION, (config, schema) -> new Count());
  }

  private static Kind<Count> unwanted(String name) {
    return new Kind<>(name, Part.EVALUATION, (config, schema) -> null);
  }

  private static FurtherParts parts(FailureGuard guard, Kind<?>... kinds) {
    return new FurtherParts(List.of(kinds), CONFIG, SCHEMA, guard);
  }

  private static byte[] counted(int first, int second) throws IOException {
    FurtherParts parts = parts(new FailureGuard(), FIRST, SECOND);
    parts.find(FIRST).get().count = first;
    parts.find(SECOND).get().count = second;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    parts.writeSnapshot(new DataOutputStream(bytes));
    assertThat(parts.savedBytes()).isEqualTo(bytes.size());
    return bytes.toByteArray();
  }

  private static int read(FurtherParts parts, FailureGuard guard, boolean contains, byte[] bytes)
      throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    parts.readSnapshot(new PartReader(guard, true, contains), in);
    return in.available();
  }

  @Test
  void readsWhatItWrote() throws IOException {
    FailureGuard guard = new FailureGuard();
    FurtherParts parts = parts(guard, FIRST, SECOND);
    assertThat(read(parts, guard, false, counted(7, 9))).isZero();
    assertThat(parts.any()).isTrue();
    assertThat(parts.find(FIRST).get().count).isEqualTo(7);
    assertThat(parts.find(SECOND).get().count).isEqualTo(9);
  }

  @Test
  void leavesBehindWhatIsNoLongerWanted_andBeginsWhatIsNew() throws IOException {
    FailureGuard guard = new FailureGuard();
    Kind<Count> third = kind("third");
    FurtherParts parts = parts(guard, unwanted("first"), SECOND, third);
    assertThat(read(parts, guard, false, counted(7, 9))).isZero();
    assertThat(parts.find(FIRST)).isNull();
    assertThat(parts.find(SECOND).get().count).isEqualTo(9);
    assertThat(parts.find(third).get().count).isZero();
  }

  @Test
  void refusesAnUnknownPartByItsName() {
    FailureGuard guard = new FailureGuard();
    assertThatThrownBy(() -> read(parts(guard, FIRST), guard, true, counted(7, 9)))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds a part 'second', which this build does not know");
  }

  @Test
  void refusesAPartTwice() throws IOException {
    byte[] bytes = counted(7, 9);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] twice = text.replace("\0\6second", "\0\5first").getBytes(StandardCharsets.ISO_8859_1);
    FailureGuard guard = new FailureGuard();
    assertThatThrownBy(() -> read(parts(guard, FIRST, SECOND), guard, true, twice))
        .hasMessage("snapshot holds part 'first' twice");
  }

  @Test
  void onePartThatCannotBeRead_costsNoOther() throws IOException {
    FailureGuard guard = new FailureGuard();
    FurtherParts parts = parts(guard, FIRST, SECOND);
    read(parts, guard, true, counted(-1, 9));
    assertThat(parts.find(FIRST).get().count).isZero();
    assertThat(parts.find(SECOND).get().count).isEqualTo(9);
    List<PartFailure> failures = new ArrayList<>();
    guard.report(failures::add);
    assertThat(failures).singleElement().extracting(PartFailure::doing).isEqualTo("to be restored");

    FailureGuard strict = new FailureGuard();
    assertThatThrownBy(() -> read(parts(strict, FIRST, SECOND), strict, false, counted(-1, 9)))
        .hasMessage("count -1");
  }

  @Test
  void takesOverACopy() throws IOException {
    FurtherParts parts = parts(new FailureGuard(), FIRST, SECOND);
    parts.find(SECOND).get().count = 5;
    FurtherParts next = parts(new FailureGuard(), FIRST, SECOND);
    next.takeOver(parts);
    parts.find(SECOND).get().count = 6;
    assertThat(next.find(SECOND).get().count).isEqualTo(5);
  }

  @Test
  void aMixtureHasNoneUnlessASettingAsksForOne() {
    assertThat(new FurtherParts(CONFIG, SCHEMA, new FailureGuard()).any()).isFalse();
  }
}
