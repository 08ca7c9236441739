// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.router.EstimatedAccuracy;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordFitTest {
  private static final JobOptions OPTIONS = Events.options(Map.of());
  private static final JobOptions JSON = Events.options(Map.of("output.format", "json"));
  private static final String LETTERS = OPTIONS.topics().deadLetters();

  private final DeadLetters letters = new DeadLetters(OPTIONS.topics(), OPTIONS.schema());

  @Test
  void whatFits_staysAsItIs() {
    RecordFit fit = new RecordFit(OPTIONS, LETTERS, new TopicRoom(2_000, false));
    OutputRecord letter = letter(new byte[] {1}, new byte[500], "why");
    assertThat(fit.of(letter)).isSameAs(letter);
  }

  @Test
  void aDeadLetterIsCut_withLengthAndDigestOfTheWhole() throws Exception {
    byte[] key = new byte[540_000];
    byte[] value = new byte[1_048_400];
    Arrays.fill(value, (byte) 7);
    for (int room : new int[] {DeadLetterCut.SMALLEST_ROOM, 10_000, 1_040_000}) {
      OutputRecord cut =
          new RecordFit(OPTIONS, LETTERS, new TopicRoom(room, false))
              .of(letter(key, value, "w".repeat(5_000)));
      assertThat(TopicRoom.bytes(cut)).isBetween(room - 16, room);
      DeadLetter letter = SingleObjectCodec.of(DeadLetter.class).decode(cut.value());
      assertThat(letter.getValueLength()).isEqualTo(value.length);
      assertThat(letter.getValueSha256()).isEqualTo(sha256(value));
      assertThat(letter.getKeyLength()).isEqualTo(key.length);
      assertThat(letter.getKeySha256()).isEqualTo(sha256(key));
      assertThat(letter.getValue().remaining()).isPositive();
      assertThat(letter.getReason()).startsWith("www").endsWith("...");
      assertThat(letter.getOffset()).isEqualTo(17);
    }
  }

  /** Text that JSON escapes, text of many bytes, and bytes that are no text. */
  @Test
  void aDeadLetterInJson_isCutToWhatTheTopicTakes() throws Exception {
    byte[] bell = "\u0007".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
    byte[] euro = "a€😀\"".repeat(120_000).getBytes(StandardCharsets.UTF_8);
    byte[] plain = "x".repeat(1_048_000).getBytes(StandardCharsets.UTF_8);
    byte[] noText = new byte[1_048_000];
    Arrays.fill(noText, (byte) 0xFF);
    byte[] endsBadly = Arrays.copyOf(bell, bell.length + 1);
    endsBadly[bell.length] = (byte) 0xFF;
    for (byte[] content : List.of(bell, euro, plain, noText, endsBadly)) {
      for (int room : new int[] {DeadLetterCut.SMALLEST_JSON_ROOM, 10_000, 900_000}) {
        OutputRecord cut =
            new RecordFit(JSON, LETTERS, new TopicRoom(room, false))
                .of(letter(content, content, "\u0001".repeat(5_000)));
        assertThat(TopicRoom.bytes(cut)).isLessThanOrEqualTo(room);
        if (content != endsBadly) {
          assertThat(TopicRoom.bytes(cut)).isGreaterThan(room - 32);
        }
        DeadLetter letter = OutputCodec.of(DeadLetter.class).decode(cut.value());
        assertBeginning(letter.getValue(), letter.getValueLength(), content);
        assertBeginning(letter.getKey(), letter.getKeyLength(), content);
        assertThat(letter.getValueSha256()).isEqualTo(sha256(content));
        assertThat(letter.getKeySha256()).isEqualTo(sha256(content));
      }
    }
    byte[] small = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    OutputRecord whole =
        new RecordFit(JSON, LETTERS, new TopicRoom(2_048, false))
            .of(letter(small, small, "w".repeat(1_000) + "\u0001".repeat(300)));
    DeadLetter letter = OutputCodec.of(DeadLetter.class).decode(whole.value());
    assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(small));
    assertThat(letter.getValueLength()).isNull();
    assertThat(letter.getKeyLength()).isNull();
  }

  private static void assertBeginning(ByteBuffer found, Integer length, byte[] content) {
    assertThat(found.remaining()).isPositive();
    assertThat(found).isEqualTo(ByteBuffer.wrap(content, 0, found.remaining()));
    assertThat(length).isEqualTo(content.length);
  }

  @Test
  void aRecordInJson_isTheSameUnderTheSameKey() throws Exception {
    OutputRecord letter = letter(new byte[] {1}, new byte[500], "why");
    OutputRecord json = new RecordFit(JSON, LETTERS, new TopicRoom(5_000, false)).of(letter);
    assertThat(json.key()).isEqualTo(letter.key());
    assertThat(new String(json.value(), StandardCharsets.UTF_8))
        .startsWith("{\"type\":\"DeadLetter\",\"topic\":\"driftmoe.features\",\"partition\":2");
    assertThat(OutputCodec.of(DeadLetter.class).decode(json.value()))
        .isEqualTo(SingleObjectCodec.of(DeadLetter.class).decode(letter.value()));
  }

  /** After years, when everything has been lost in every way. */
  @Test
  void theLargestMetricsAreNoLargerThanIsSaid() throws Exception {
    ModelState state = ModelState.create(ModelSpec.of(OPTIONS));
    LossCounts losses = new LossCounts();
    for (LossCause cause : LossCause.values()) {
      losses.add(cause, Long.MAX_VALUE / LossCause.values().length);
    }
    state.events = Long.MAX_VALUE;
    state.driftEvents = Long.MAX_VALUE;
    state.lifecycleEvents = Long.MAX_VALUE;
    OutputEncoder encoder = new OutputEncoder(OPTIONS.schema().classes());
    OutputRecord record =
        encoder.encode(
            encoder.metrics(
                "x".repeat(RecordLimits.TEXT_BYTES),
                state,
                Integer.MAX_VALUE,
                new EstimatedAccuracy(Double.MIN_VALUE, Double.MIN_VALUE, 1, 0),
                losses,
                Integer.MAX_VALUE,
                true));
    assertThat(TopicRoom.bytes(record)).isBetween(2_000, LargestOutput.metrics(OPTIONS).bytes());
    OutputRecord json =
        new RecordFit(JSON, OPTIONS.topics().metrics(), new TopicRoom(1 << 20, false)).of(record);
    assertThat(TopicRoom.bytes(json)).isBetween(3_000, LargestOutput.metrics(JSON).bytes());
  }

  @Test
  void aCompactedTopicGetsAKey() {
    RecordFit fit = new RecordFit(OPTIONS, LETTERS, new TopicRoom(2_000, true));
    assertThat(fit.of(letter(null, null, "why")).key()).isEmpty();
  }

  @Test
  void aTopicThatIsTooSmall_isRefusedByItsKey() {
    assertThatThrownBy(
            () -> new RecordFit(OPTIONS, OPTIONS.topics().predictions(), new TopicRoom(900, false)))
        .rootCause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("topics.predictions: the topic driftmoe.predictions takes records")
        .hasMessageContaining("2 schema.classes");
  }

  private OutputRecord letter(byte[] key, byte[] value, String reason) {
    return letters.of("driftmoe.features", 2, 17, DeadLetterKind.UNDECODABLE, reason, key, value);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
