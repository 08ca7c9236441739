// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class SingleObjectCodecTest {
  private static final int HEADER_BYTES = 10;

  private final SingleObjectCodec<FeatureEvent> codec = SingleObjectCodec.of(FeatureEvent.class);

  @Test
  void decode_nullOrEmpty_saysEmpty() {
    assertRejected(null, "empty message: expected a FeatureEvent, got an empty value (tombstone)");
    assertRejected(
        new byte[0], "empty message: expected a FeatureEvent, got an empty value of 0 bytes");
  }

  @Test
  void decode_noMarker_saysSo() {
    assertRejected(
        "{\"modelKey\": 1}".getBytes(StandardCharsets.UTF_8),
        "no Avro single-object marker (C3 01)");
    assertRejected(new byte[] {0x01}, "no Avro single-object marker (C3 01)");
    assertRejected(new byte[] {(byte) 0xC3, 0x02}, "no Avro single-object marker (C3 01)");
  }

  @Test
  void decode_otherFormat_saysWhatItLooksLike() {
    assertRejected(
        "{\"modelKey\": 1}".getBytes(StandardCharsets.UTF_8),
        "at the start; looks like JSON: send a FeatureEvent");
    assertRejected(
        new byte[] {0, 0, 0, 0, 17, 2}, "looks like Confluent wire format (schema id 17)");
  }

  @Test
  void decode_malformedText_isRejectedNamingTheField() throws WireFormatException {
    FeatureEvent event = Samples.featureEvent();
    event.setModelKey("turbine-7");
    event.setEventId("XXX");
    event.setFeatures(List.of(0.5, "YYY"));
    event.setLabel("ZZZ");
    assertThat(codec.decode(codec.encode(event))).isEqualTo(event);
    // an unpaired surrogate, an overlong zero, a character cut short, a byte that begins none
    for (byte[] malformed :
        List.of(
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            new byte[] {'a', (byte) 0xC0, (byte) 0x80},
            new byte[] {'a', (byte) 0xE6, (byte) 0x97},
            new byte[] {'a', (byte) 0xFF, 'b'})) {
      assertRejected(
          with(event, 'X', malformed), "malformed FeatureEvent: eventId is not well-formed UTF-8");
      assertRejected(with(event, 'Y', malformed), "features is not well-formed UTF-8");
      assertRejected(with(event, 'Z', malformed), "label is not well-formed UTF-8");
    }
  }

  /** The character that replaces malformed bytes may well have been sent. */
  @Test
  void decode_replacementCharacter_isText() throws WireFormatException {
    FeatureEvent event = Samples.featureEvent();
    event.setEventId("\uFFFD");
    event.setFeatures(List.of(0.5, "\uFFFD"));
    assertThat(codec.decode(codec.encode(event))).isEqualTo(event);
  }

  /** The message of the event with these bytes in place of three of a kind. */
  private byte[] with(FeatureEvent event, char kind, byte[] bytes) {
    byte[] message = codec.encode(event);
    for (int i = HEADER_BYTES; i < message.length; i++) {
      if (message[i] == kind && message[i + 1] == kind) {
        System.arraycopy(bytes, 0, message, i, bytes.length);
        return message;
      }
    }
    throw new AssertionError("no text " + kind);
  }

  @Test
  void decode_headerCutShort_saysTruncated() {
    byte[] message = codec.encode(Samples.featureEvent());
    assertRejected(Arrays.copyOf(message, 1), "truncated: 1 bytes, the header alone has 10");
    assertRejected(Arrays.copyOf(message, 9), "truncated: 9 bytes, the header alone has 10");
  }

  @Test
  void decode_otherRecord_namesTheFingerprintInHex() {
    byte[] label = SingleObjectCodec.of(LabelEvent.class).encode(Samples.labelEvent());
    assertRejected(
        label,
        "unknown schema fingerprint 0x8dcd57a47ea2e3bd: expected a FeatureEvent"
            + " (0xdb40fd0874c040aa); it holds a LabelEvent, which belongs on another topic");
    label[4] ^= 1;
    assertRejected(label, "; write it with the schema of this version");
  }

  @Test
  void decode_bodyCutShortAnywhere_saysTruncated() {
    byte[] message = codec.encode(Samples.featureEvent());
    for (int length = 10; length < message.length; length++) {
      assertRejected(
          Arrays.copyOf(message, length),
          "truncated: the message of " + length + " bytes ends inside the FeatureEvent");
    }
  }

  @Test
  void decode_bytesAfterTheBody_areRejected() {
    byte[] message = codec.encode(Samples.featureEvent());
    assertRejected(
        Arrays.copyOf(message, message.length + 1),
        "bytes follow the end of the FeatureEvent in a message of 73 bytes");
  }

  @Test
  void decode_unknownUnionBranch_saysMalformed() {
    byte[] message = codec.encode(Samples.featureEvent());
    int labelBranch = message.length - 5; // a length, two letters and a boolean follow
    assertThat(message[labelBranch]).isEqualTo((byte) 2);
    message[labelBranch] = 40;
    assertRejected(message, "malformed FeatureEvent: ");
  }

  @Test
  void decode_afterAFailure_worksAgain() throws WireFormatException {
    byte[] message = codec.encode(Samples.featureEvent());
    assertRejected(Arrays.copyOf(message, message.length - 1), "truncated");
    assertThat(codec.decode(message)).isEqualTo(Samples.featureEvent());
  }

  @Test
  void decode_doesNotModifyTheMessage() throws WireFormatException {
    byte[] message = codec.encode(Samples.featureEvent());
    byte[] copy = message.clone();
    codec.decode(message);
    assertThat(message).isEqualTo(copy);
  }

  @Test
  void decode_claimedLengthsOfGigabytes_takeLittleMemory() throws IOException {
    for (long length :
        new long[] {-1, 1L << 28, Integer.MAX_VALUE - 8L, 1L << 40, Long.MIN_VALUE}) {
      assertLittleMemory(codec, body(codec, out -> out.writeLong(length)));
      assertLittleMemory(
          codec,
          body(
              codec,
              out -> {
                out.writeString("k");
                out.writeString("e");
                out.writeLong(1);
                out.writeLong(length);
              }));
      SingleObjectCodec<PredictionEvent> predictions = SingleObjectCodec.of(PredictionEvent.class);
      assertLittleMemory(
          predictions,
          body(
              predictions,
              out -> {
                out.writeString("k");
                out.writeString("e");
                out.writeString("UP");
                out.writeLong(length);
              }));
      SingleObjectCodec<DeadLetter> deadLetters = SingleObjectCodec.of(DeadLetter.class);
      assertLittleMemory(
          deadLetters,
          body(
              deadLetters,
              out -> {
                out.writeString("t");
                out.writeInt(0);
                out.writeLong(0);
                out.writeEnum(0);
                out.writeString("r");
                out.writeIndex(1);
                out.writeLong(length);
              }));
    }
  }

  @Test
  void encode_requiredFieldNull_namesTheField() {
    FeatureEvent event = Samples.featureEvent();
    event.setEventId(null);
    assertThatThrownBy(() -> codec.encode(event))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("eventId");
  }

  private void assertRejected(byte[] message, String reason) {
    assertThatThrownBy(() -> codec.decode(message))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining(reason);
  }

  private static void assertLittleMemory(SingleObjectCodec<?> codec, byte[] message) {
    assertThatThrownBy(() -> codec.decode(message)).isInstanceOf(WireFormatException.class);
    assertThat(Allocation.ofDecoding(codec, message)).isLessThan(256 * 1024);
  }

  private static byte[] body(SingleObjectCodec<?> codec, BodyWriter writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0xC3, 0x01});
    for (int i = 0; i < 8; i++) {
      out.write((int) (codec.fingerprint() >>> (8 * i)));
    }
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    writer.write(encoder);
    out.writeBytes(new byte[12]); // too few for the rest of any record
    return out.toByteArray();
  }

  private interface BodyWriter {
    void write(BinaryEncoder out) throws IOException;
  }
}
